"""What the rules of expected pay are asked about: policies with their facts and paid lines.

Set-based: four statements for any number of policies.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from agencyhub.records.models import Option
from commissions.expected import types
from commissions.expected.ledger import Book
from commissions.expected.types import Coverage, Paid
from commissions.lines import read_line
from commissions.models import PayRate, PaySettings, PayTerm

# A break of this length between two plans is none: the next begins on the first of a month.
DAYS_BETWEEN = 63
CAPPED = (types.MED_ADV, types.PDP)
VOID = "cancelled"

# Facts and lines come as one text each: few of these texts differ, and reading one is cheaper than
# reading its values. What others wrote, the state, stands last.
_POLICIES = """
SELECT p.id, p.carrier_id, concat(p.coverage_type_id, '|', o.meaning, '|', p.effective_date, '|',
    p.termination_date, '|', p.premium, '|', i.part_b_effective_date, '|', told.is_new, '|',
    array_to_string(ARRAY(SELECT q.coverage_type_id FROM policies_policy AS q
        JOIN records_option AS s ON s.id = q.status_id
        WHERE q.subscriber_id = p.subscriber_id AND q.id <> p.id AND s.meaning <> 'cancelled'
        AND q.effective_date < p.effective_date AND (q.termination_date IS NULL
        OR q.termination_date >= p.effective_date - %(days)s) ORDER BY 1), ','), '|',
    coalesce(nullif(a.state, ''), told.state, ''))
FROM policies_policy AS p
JOIN records_option AS o ON o.id = p.status_id
JOIN individuals_individual AS i ON i.id = p.subscriber_id
LEFT JOIN individuals_address AS a ON a.individual_id = i.id AND a.is_primary
LEFT JOIN LATERAL (
    SELECT bool_or(t.is_new_to_medicare) AS is_new, max(t.state) AS state
    FROM commissions_application AS t WHERE t.policy_id = p.id
) AS told ON true
WHERE p.id = ANY(%(ids)s) AND p.effective_date IS NOT NULL
"""
# A line names its first month, else it is of the month of its day.
_DAY = """coalesce(l.payment_period, l.paid_date, l.statement_date,
        (l.created_at AT TIME ZONE 'UTC')::date)"""
_COUNT = "coalesce(nullif(l.months, 0), 1)"
_WHICH = f"l.id, concat(l.kind, '|', l.amount, '|', left({_DAY}::text, 7), '|', {_COUNT})"
# Lines for months before the ledger count for nothing, but for a first year that it tells of.
_RECENT = f"(p.effective_date >= %(since)s OR {_DAY} > %(since)s - 31 * {_COUNT})"
# A line is the policy's that its application names; without one, the only policy's of its number.
_LINES = f"""
SELECT policy_id, string_agg(said, ';' ORDER BY id), {{keys}} FROM (
    SELECT a.policy_id, {_WHICH}
    FROM commissions_application AS a
    JOIN commissions_linelink AS k ON k.application_id = a.id AND k.state = 1
    JOIN commissions_commissionline AS l ON l.id = k.line_id
    JOIN policies_policy AS p ON p.id = a.policy_id
    WHERE a.policy_id = ANY(%(ids)s) AND l.superseded_at IS NULL AND {_RECENT}
    UNION ALL
    SELECT p.id, {_WHICH}
    FROM policies_policy AS p
    JOIN commissions_commissionline AS l ON l.carrier_id = p.carrier_id
        AND l.policy_key = ltrim(name_key(p.policy_number), '0') AND l.policy_key <> ''
    WHERE p.id = ANY(%(ids)s) AND l.superseded_at IS NULL AND {_RECENT}
        AND NOT EXISTS (SELECT 1 FROM commissions_linelink AS k
            JOIN commissions_application AS a ON a.id = k.application_id
            WHERE k.line_id = l.id AND k.state = 1 AND a.policy_id IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM policies_policy AS q
            WHERE q.carrier_id = p.carrier_id AND q.id <> p.id
            AND ltrim(name_key(q.policy_number), '0') = l.policy_key)
) AS found (policy_id, id, said)
GROUP BY policy_id
"""  # noqa: S608 - made of constants
WITH_KEYS, WITHOUT_KEYS = (
    _LINES.format(keys="array_agg(id ORDER BY id)"), _LINES.format(keys="NULL"),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A policy as the database tells it: its facts and the lines that count for it, as texts.

    ``keys`` are those of the lines, where they were asked for.
    """

    policy_id: int
    carrier_id: int
    about: str
    lines: str
    keys: Sequence[int] = ()


@dataclass(frozen=True)
class Asked:
    """A policy as the rules are asked about it."""

    policy_id: int
    carrier_id: int
    coverage: Coverage
    lines: tuple[Paid, ...]


def told(
    policy_ids: Collection[int], *, since: date = date.min, with_keys: bool = False
) -> Iterator[Told]:
    """The policies with a first day among these, with the lines that count for them.

    Without lines that make no difference to ledgers whose first month is ``since``.
    """
    values: dict[str, Any] = {"ids": list(policy_ids), "days": DAYS_BETWEEN, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(WITH_KEYS if with_keys else WITHOUT_KEYS, values)
        lines = {pk: (said, keys or ()) for pk, said, keys in cursor.fetchall()}
        cursor.execute(_POLICIES, values)
        rows = cursor.fetchall()
    for pk, carrier, about in rows:
        yield Told(pk, carrier, about, *lines.get(pk, ("", ())))


def asked(policy_ids: Collection[int]) -> Iterator[Asked]:
    """The same as the rules read it."""
    kinds = lines_of_coverage_types()
    for one in told(policy_ids, with_keys=True):
        lines = read_lines(one.lines, one.keys)
        coverage = replace(read_coverage(one.about, kinds), paid_as=paid_as(lines))
        yield Asked(one.policy_id, one.carrier_id, coverage, lines)


def read_coverage(about: str, kinds: Mapping[int, str]) -> Coverage:
    """What a policy's facts say; how it was paid, the lines do."""
    kind, meaning, first, last, premium, part_b, is_new, held, state = about.split("|", 8)
    line = kinds.get(int(kind), types.OTHER)
    return Coverage(
        line=line,
        first=date.fromisoformat(first),
        last=date.fromisoformat(last) if last else None,
        state=state,
        premium=Decimal(premium) if premium else None,
        is_void=meaning == VOID,
        is_new_to_medicare=is_new == "t" if is_new else None,
        part_b=date.fromisoformat(part_b) if part_b else None,
        before=_before(line, [kinds.get(int(one), types.OTHER) for one in held.split(",") if one]),
    )


def read_lines(said: str, keys: Sequence[int] = ()) -> tuple[Paid, ...]:
    """The lines of a policy; without ``keys`` they are called by their places."""
    found = []
    for place, one in enumerate(said.split(";") if said else ()):
        kind, amount, month_text, count = one.split("|")
        month = date.fromisoformat(f"{month_text}-01")
        key = keys[place] if keys else place
        found.append(Paid(key, kind, Decimal(amount), month, int(count)))
    return tuple(found)


def book(today: date) -> Book:
    """Every rate and the settings; terms are the carrier's: ``terms``."""
    rates = [one.as_rule() for one in PayRate.objects.order_by("pk")]
    return Book(rates, (), PaySettings.objects.get(pk=1).as_rule(), today)


def terms() -> dict[int, list[types.Term]]:
    """The terms of every carrier that has any."""
    found: dict[int, list[types.Term]] = {}
    for one in PayTerm.objects.order_by("pk"):
        found.setdefault(one.carrier_id, []).append(one.as_rule())
    return found


def book_of(carrier_id: int, today: date) -> Book:
    """What the rules are asked with for one carrier's policies."""
    return replace(book(today), terms=terms().get(carrier_id, ()))


def lines_of_coverage_types() -> dict[int, str]:
    """Which line of business each coverage type is of."""
    options = Option.objects.filter(list=Option.List.COVERAGE_TYPE).values_list("pk", "label")
    return {pk: read_line(label) or types.OTHER for pk, label in options}


def _before(line: str, held: Collection[str]) -> str:
    if line not in CAPPED:
        return types.UNKNOWN
    if line in held:
        return types.SAME
    return types.UNLIKE if any(one in CAPPED for one in held) else types.UNKNOWN


def paid_as(lines: Collection[Paid]) -> str:
    """How the carrier classed the first regular line that it paid."""
    regular = [
        one for one in lines if one.kind in (types.INITIAL, types.RENEWAL) and one.amount > 0
    ]
    return min(regular, key=lambda one: (one.month, one.pk)).kind if regular else ""
