"""Expected beside paid, month by month: the whole ledger of one policy. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from commissions.expected import allotting, amounts, earned, months, rates, states
from commissions.expected.allotting import Allotted, Part, total
from commissions.expected.types import (
    CHARGEBACK,
    RENEWAL,
    Coverage,
    Due,
    Paid,
    Rate,
    Rules,
    Step,
    Term,
)

ZERO = Decimal(0)


@dataclass(frozen=True)
class Entry:
    """One month of a policy: what was expected, what was paid, and what to think of it.

    ``parts`` are the lines that paid it. ``true_up`` is what is still to come where only the
    renewal rate of a first year was paid so far. ``changes_on`` is the day on which the state
    changes by itself.
    """

    month: date
    through: date
    kind: str
    expected: Decimal | None
    paid: Decimal
    state: str
    due_date: date
    steps: tuple[Step, ...]
    parts: tuple[Part, ...]
    true_up: Decimal | None = None
    changes_on: date | None = None

    @property
    def difference(self) -> Decimal:
        """Paid less expected: below zero where money is missing."""
        return self.paid - (self.expected or ZERO)


@dataclass(frozen=True)
class Book:
    """What the rules are asked with: every rate, the carrier's terms, settings, and the day."""

    rates: Sequence[Rate]
    terms: Sequence[Term]
    rules: Rules
    today: date

    @property
    def since(self) -> date:
        """Carriers settle disputes of this calendar year and the one before.

        Source: reference/medicare.md 7.6 (one carrier's quiz; read 2026-11-22).
        """
        return date(self.today.year - 1, 1, 1)


@dataclass(frozen=True)
class Expected:
    """What of a policy is to be paid at all; ``through`` is the last month of its first amount."""

    dues: Sequence[Due]
    through: date | None


def expected(coverage: Coverage, book: Book) -> Expected:
    """What a policy is to be paid, whatever came of it.

    Reaches from January of last year to this month, or to the first month of a policy to come.
    """
    until = max(months.first(book.today), months.first(coverage.first))
    due = amounts.dues(coverage, book.rates, book.terms, since=book.since, until=until)
    through = amounts.covered_at_once(coverage, book.terms)
    return Expected(due, None if coverage.is_void else through)


def entries(
    coverage: Coverage, lines: Iterable[Paid], book: Book, *, known: Expected | None = None
) -> list[Entry]:
    """The ledger of a policy, by month. ``known`` is what ``expected`` says, where it is known."""
    due = known or expected(coverage, book)
    through = due.through
    allotted = allotting.by_month(lines, coverage=coverage, through=through, dues=due.dues)
    found: list[Entry] = []
    for one in due.dues:
        if one.through != one.month or (through and one.month <= through):
            found += _first_year(one, coverage, allotted, book)
        else:
            found.append(_entry(one, allotted.monthly.pop((one.month, one.kind), []), book))
    found += _unexpected(allotted, coverage, book)
    return sorted(found, key=lambda one: (one.month, one.kind))


def next_look(found: Sequence[Entry], coverage: Coverage, book: Book) -> date | None:
    """The day on which the ledger of a policy is another although nothing was changed."""
    days = [one.changes_on for one in found if one.changes_on]
    months_go_on = coverage.last is None or months.first(coverage.last) > book.today
    if book.terms and months_go_on and not coverage.is_void:
        days.append(months.add(months.first(book.today), 1))
    if found:
        days.append(date(book.today.year + 1, 1, 1))
    return min(days, default=None)


def _first_year(due: Due, coverage: Coverage, allotted: Allotted, book: Book) -> list[Entry]:
    """The one amount of a first year, and what is taken back of it."""
    paid, taken = total(allotted.once), total(allotted.once_taken)
    if due.expected is None:
        found = [_entry(due, allotted.once, book)]
        return [*found, *_taken(due, allotted, taken, book)]
    # What was paid twice and taken back once is settled.
    twice = min(max(paid - due.expected, ZERO), -taken)
    paid, taken = paid - twice, taken + twice
    steps = (*due.steps, Step("reversed", twice)) if twice else due.steps
    kept = earned.earned(due, coverage)
    expected, back = (
        earned.settle(due.expected, kept.earned, paid) if kept else (due.expected, ZERO)
    )
    if kept and expected != due.expected:
        steps = (*steps, kept.why)
    first = _entry(replace(due, expected=expected, steps=steps), allotted.once, book, paid=paid)
    first = replace(first, true_up=_true_up(due, first, book))
    found = [] if kept and expected == 0 and paid == 0 else [first]
    if not kept or coverage.last is None:
        return [*found, *_taken(due, allotted, taken, book)]
    if back or taken:
        month = months.add(months.first(coverage.last), 1)
        why = (kept.why, Step("taken_back", back))
        of_back = Due(month, month, CHARGEBACK, back, why)
        found.append(_entry(of_back, allotted.once_taken, book, paid=taken))
    return found


def _taken(due: Due, allotted: Allotted, taken: Decimal, book: Book) -> list[Entry]:
    """What was taken back of a first year that did not end."""
    if not taken:
        return []
    month = allotted.taken_in or due.month
    nothing = Due(month, month, CHARGEBACK, ZERO, (Step("nothing_to_take", ZERO),))
    return [_entry(nothing, allotted.once_taken, book, paid=taken)]


def _true_up(due: Due, first: Entry, book: Book) -> Decimal | None:
    """What is missing, where what was paid is the renewal rate of a first year."""
    if due.as_renewal is None or first.expected is None or first.expected != due.expected:
        return None
    within = states.tolerance(due.as_renewal, book.rules)
    left = amounts.true_up(first.expected, first.paid)
    is_renewal = first.paid > 0 and abs(first.paid - due.as_renewal) <= within
    return left if is_renewal and left > within else None


def _unexpected(allotted: Allotted, coverage: Coverage, book: Book) -> list[Entry]:
    """Lines for months that nothing is expected for, as far as the terms reach."""
    found = []
    for (month, kind), parts in sorted(allotted.monthly.items()):
        is_told = rates.term_on(book.terms, coverage.line, month) and month >= book.since
        if not is_told or abs(total(parts)) <= states.tolerance(ZERO, book.rules):
            continue
        is_taken = kind == CHARGEBACK
        why = "nothing_to_take" if is_taken else _why_nothing(coverage, month)
        kind_of_row = CHARGEBACK if is_taken else RENEWAL
        found.append(_entry(Due(month, month, kind_of_row, ZERO, (Step(why, ZERO),)), parts, book))
    return found


def _why_nothing(coverage: Coverage, month: date) -> str:
    if coverage.is_void:
        return "never_effective"
    if month < months.first(coverage.first):
        return "before_first"
    return "after_last" if coverage.last else "ahead"


def _entry(due: Due, parts: Sequence[Part], book: Book, *, paid: Decimal | None = None) -> Entry:
    """A row of the ledger; ``paid`` where it is not what the parts come to."""
    paid = total(parts) if paid is None else paid
    month, rules, today = due.month, book.rules, book.today
    if due.kind == CHARGEBACK:
        back = due.expected or ZERO
        state = states.of_chargeback(back, paid, month=month, rules=rules, today=today)
    else:
        state = states.of_pay(due.expected, paid, month=month, rules=rules, today=today)
    return Entry(
        month=due.month,
        through=due.through,
        kind=due.kind,
        expected=due.expected,
        paid=paid,
        state=state,
        due_date=states.due_date(due.month, book.rules),
        steps=due.steps,
        parts=tuple(parts),
        changes_on=states.changes_on(state, month=month, rules=rules, today=today),
    )
