"""What the rules of expected pay are asked about: policies with their facts and paid lines.

Set-based: four statements for any number of policies.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

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

_POLICIES = """
SELECT p.id, p.carrier_id, p.coverage_type_id, o.meaning, p.effective_date, p.termination_date,
    p.premium, i.part_b_effective_date, coalesce(nullif(a.state, ''), told.state, ''), told.is_new,
    ARRAY(SELECT q.coverage_type_id FROM policies_policy AS q
        JOIN records_option AS s ON s.id = q.status_id
        WHERE q.subscriber_id = p.subscriber_id AND q.id <> p.id AND s.meaning <> 'cancelled'
        AND q.effective_date < p.effective_date AND (q.termination_date IS NULL
        OR q.termination_date >= p.effective_date - %(days)s))
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
_WHICH = "l.kind, l.amount, l.payment_period, l.months, l.paid_date, l.statement_date, l.created_at"
# A line is the policy's that its application names; without one, the only policy's of its number.
_LINES = f"""
SELECT a.policy_id, l.id, {_WHICH}
FROM commissions_application AS a
JOIN commissions_linelink AS k ON k.application_id = a.id AND k.state = 1
JOIN commissions_commissionline AS l ON l.id = k.line_id
WHERE a.policy_id = ANY(%(ids)s) AND l.superseded_at IS NULL
UNION ALL
SELECT p.id, l.id, {_WHICH}
FROM policies_policy AS p
JOIN commissions_commissionline AS l ON l.carrier_id = p.carrier_id
    AND l.policy_key = ltrim(name_key(p.policy_number), '0') AND l.policy_key <> ''
WHERE p.id = ANY(%(ids)s) AND l.superseded_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM commissions_linelink AS k
        JOIN commissions_application AS a ON a.id = k.application_id
        WHERE k.line_id = l.id AND k.state = 1 AND a.policy_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM policies_policy AS q
        WHERE q.carrier_id = p.carrier_id AND q.id <> p.id
        AND ltrim(name_key(q.policy_number), '0') = l.policy_key)
ORDER BY 1, 2
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class Asked:
    """A policy as the rules are asked about it."""

    policy_id: int
    carrier_id: int
    coverage: Coverage
    lines: tuple[Paid, ...]


def asked(policy_ids: Collection[int]) -> Iterator[Asked]:
    """The policies with a first day among these, with the lines that count for them."""
    lines = _lines(policy_ids)
    kinds = lines_of_coverage_types()
    with connection.cursor() as cursor:
        cursor.execute(_POLICIES, {"ids": list(policy_ids), "days": DAYS_BETWEEN})
        rows = cursor.fetchall()
    for pk, carrier, coverage_type, meaning, first, last, premium, part_b, state, new, held in rows:
        line = kinds.get(coverage_type, types.OTHER)
        own = tuple(lines.get(pk, ()))
        coverage = Coverage(
            line=line,
            first=first,
            last=last,
            state=state,
            premium=premium,
            is_void=meaning == VOID,
            is_new_to_medicare=new,
            part_b=part_b,
            before=_before(line, [kinds.get(one, types.OTHER) for one in held]),
            paid_as=_paid_as(own),
        )
        yield Asked(pk, carrier, coverage, own)


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


def _paid_as(lines: Collection[Paid]) -> str:
    """How the carrier classed the first regular line that it paid."""
    regular = [
        one for one in lines if one.kind in (types.INITIAL, types.RENEWAL) and one.amount > 0
    ]
    return min(regular, key=lambda one: (one.month, one.pk)).kind if regular else ""


def _lines(policy_ids: Collection[int]) -> dict[int, list[Paid]]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"ids": list(policy_ids)})
        rows = cursor.fetchall()
    found: dict[int, list[Paid]] = {}
    for policy, pk, kind, amount, period, count, paid, statement, created in rows:
        day = period or paid or statement or created.date()
        line = Paid(pk, kind, amount, day.replace(day=1), count or 1)
        found.setdefault(policy, []).append(line)
    return found
