"""Which month each paid line counts for. Pure.

Initial pay, true-ups and advances belong to the first year's one amount; so does whatever names a
month that it covers. Other lines belong to the months that they name. Bonuses and overrides are
nobody's pay for a policy.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from commissions.expected import months
from commissions.expected.types import CHARGEBACK, RENEWAL, Coverage, Due, Paid
from commissions.shares import allot

FIRST_YEAR = ("initial", "true_up", "advance")
NOT_OF_POLICY = ("bonus", "override")

Key = tuple[date, str]
Part = tuple[int, Decimal]
"""The key of a line, and how much of it counts here."""


@dataclass
class Allotted:
    """The parts of lines by month and kind; ``once`` are those of the first year's one amount."""

    monthly: dict[Key, list[Part]] = field(default_factory=lambda: defaultdict(list))
    once: list[Part] = field(default_factory=list)
    once_taken: list[Part] = field(default_factory=list)
    taken_in: date | None = None


def by_month(
    lines: Iterable[Paid],
    *,
    coverage: Coverage,
    through: date | None,
    dues: Sequence[Due],
) -> Allotted:
    """Give each line its month; ``through`` is the last month that the first amount covers."""
    found = Allotted()
    begins = months.first(coverage.first)
    kinds = {due.month: due.kind for due in dues if due.month == due.through}
    ended = months.first(coverage.last) if coverage.last else None
    has_amount = any(due.month == begins and due.through == through for due in dues)
    for line in lines:
        if line.kind in NOT_OF_POLICY:
            continue
        for named, amount in _parts(line):
            month = begins if coverage.is_void else named
            is_first_year = through is not None and begins <= month <= through
            if is_first_year or (has_amount and line.kind in FIRST_YEAR):
                _once(found, (line.pk, amount), month)
            elif coverage.is_void or (ended and month > ended) or amount >= 0:
                found.monthly[month, kinds.get(month, RENEWAL)].append((line.pk, amount))
            elif has_amount and through is not None and ended and ended <= through:
                _once(found, (line.pk, amount), month)
            else:
                found.monthly[month, CHARGEBACK].append((line.pk, amount))
    return found


def _once(found: Allotted, part: Part, month: date) -> None:
    if part[1] >= 0:
        found.once.append(part)
    else:
        found.once_taken.append(part)
        found.taken_in = min(found.taken_in or month, month)


def _parts(line: Paid) -> list[tuple[date, Decimal]]:
    """A line over the months that it pays for, to the cent."""
    if line.months <= 1 or line.kind in FIRST_YEAR:
        return [(line.month, line.amount)]
    share = months.WHOLE / line.months
    amounts = allot(line.amount, [share] * line.months)
    return [(months.add(line.month, at), amount) for at, amount in enumerate(amounts)]


def total(parts: Iterable[Part]) -> Decimal:
    """What the parts come to."""
    return sum((amount for _pk, amount in parts), Decimal(0))
