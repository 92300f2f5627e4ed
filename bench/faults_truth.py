"""What has to be there when all is over, beside what is there: rows as lines of text, and digests.

A line holds the number of what was acknowledged and what was said about it. What is expected and
not there is lost; what is there more often than expected is doubled.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bench import databases, eoi_stock, faults_stock
from bench.faults_load import Noted

# People first, so that somebody without a policy, or a policy without its enrollment, is seen too.
_ENROLLMENTS = """
SELECT concat_ws('|', k.confirmation_number, i.last_name, i.first_name, i.date_of_birth,
  p.effective_date, p.premium)
FROM individuals_individual AS i LEFT JOIN policies_policy AS p ON p.subscriber_id = i.id
LEFT JOIN plancompare_enrollmentkey AS k ON k.policy_id = p.id AND k.is_confirmation
WHERE i.email ~ '^person[0-9]+@example.com$'
"""
_PEOPLE = """
SELECT concat_ws('|', p.policy_number, p.effective_date)
FROM individuals_individual AS i LEFT JOIN policies_policy AS p ON p.subscriber_id = i.id
WHERE i.last_name ~ '^Q[a-j]{7}$'
"""
_BOOK = """
SELECT concat_ws('|', b.policy_number, a.policy_number)
FROM commissions_bookrow AS b
LEFT JOIN commissions_booklink AS l ON l.book_row_id = b.id AND l.state = 1
LEFT JOIN commissions_application AS a ON a.id = l.application_id
WHERE b.last_name ~ '^BookQ[a-j]{7}$'
"""
_DECISIONS = """
SELECT concat_ws('|', e.external_id, d.action)
FROM eoi_decision AS d JOIN eoi_eoirequest AS r ON r.id = d.request_id
JOIN groups_employee AS e ON e.id = r.employee_id
JOIN groups_employergroup AS g ON g.id = e.group_id
WHERE g.name LIKE %s
"""
_LINKS = "SELECT concat_ws('|', application_id, book_row_id, state) FROM commissions_booklink"
_LINE_LINKS = "SELECT concat_ws('|', application_id, line_id, state) FROM commissions_linelink"
ACTIONS = ("approve_all", "approve_part", "pend_remaining", "deny_permanently", "expire_all",
           "deny_all")  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """One kind of facts: as many as were acknowledged, and what is wrong with what is there."""

    kind: str
    expected: int
    lost: int
    doubled: int
    digest: str
    is_equal: bool


def compare(kind: str, expected: Iterable[str], found: Iterable[str]) -> Compared:
    """Set lines that have to be there once against those that are there."""
    wanted, there = Counter(expected), Counter(found)
    digest = digest_of(there)
    return Compared(
        kind,
        wanted.total(),
        (wanted - there).total(),
        (there - wanted).total(),
        digest,
        digest == digest_of(wanted),
    )


def digest_of(lines: Counter[str]) -> str:
    """The same for the same lines in any order."""
    text = "\n".join(sorted(lines.elements()))
    return hashlib.sha256(text.encode()).hexdigest()


def compare_all(noted: Noted) -> list[Compared]:
    """Everything that was acknowledged."""
    return [
        compare("enrollments", map(_enrollment, noted.enrollments.values()), lines(_ENROLLMENTS)),
        compare("people", _numbers(noted, faults_stock.INDIVIDUALS, _person), lines(_PEOPLE)),
        compare("book rows", _numbers(noted, faults_stock.BOOK, _linked), lines(_BOOK)),
        compare("decisions", _decisions(noted), lines(_DECISIONS, f"{eoi_stock.NAME}%")),
    ]


def links() -> str:
    """Everything that Refresh has decided."""
    return digest_of(Counter([*lines(_LINKS), *lines(_LINE_LINKS)]))


def lines(query: str, *values: object) -> list[str]:
    """The only column of an answer."""
    with databases.connect(databases.MAIN, autocommit=True) as database:
        return [line for (line,) in database.execute(query, values or None)]  # type: ignore[arg-type]


def _enrollment(body: dict[str, Any]) -> str:
    person, plan = body["beneficiary"], body["plan"]
    return "|".join(
        map(str, (
            body["confirmation_number"], person["last_name"], person["first_name"],
            person["date_of_birth"], body["application_effective_date"],
            plan["premium_per_month"],
        ))
    )  # fmt: skip


def _numbers(noted: Noted, kind: str, line: Callable[[str], str]) -> list[str]:
    return [line(number) for file in noted.files if file.kind == kind for number in file.numbers]


def _person(number: str) -> str:
    return f"{number}|{faults_stock.EFFECTIVE}"


def _linked(number: str) -> str:
    """The application of a book row has the same number."""
    return f"{number}|{number}"


def _decisions(noted: Noted) -> list[str]:
    return [
        f"{eoi_stock.subscriber(number)}|{ACTIONS[number % len(ACTIONS)]}"
        for wave in noted.decided
        for number in wave
    ]
