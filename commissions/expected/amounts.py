"""What a policy is to be paid for each month, step by step, before anything is taken back. Pure.

A first year under CMS's rules is one amount, paid at the beginning for the months left in the
year; renewals, and shares of premiums, are paid by the month.

Source: reference/medicare.md 7.6 (read 2026-11-22).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from commissions.expected import months
from commissions.expected.rates import enrollment, rate_on, term_on
from commissions.expected.types import (
    CMS,
    INITIAL,
    RENEWAL,
    Coverage,
    Due,
    Rate,
    Step,
    Term,
)

ZERO = Decimal(0)


def dues(
    coverage: Coverage, rates: Sequence[Rate], terms: Sequence[Term], *, since: date, until: date
) -> list[Due]:
    """Every amount from the month ``since`` to the month ``until``, in their order.

    Months without terms are left out: nobody said what is paid for them. A first year that begins
    before ``since``, or before the terms, is left out as a whole.
    """
    if coverage.is_void:
        return []
    begins = months.first(coverage.first)
    ends = min(until, months.first(coverage.last)) if coverage.last else until
    through = covered_at_once(coverage, terms)
    found = []
    if through and since <= begins <= until:
        term = term_on(terms, coverage.line, coverage.first)
        if term:
            found.append(_first_year(coverage, rates, term, through))
    monthly_from = months.add(through, 1) if through else begins
    for month in months.span(max(monthly_from, since), ends):
        term = term_on(terms, coverage.line, month)
        if term:
            found.append(_month(coverage, rates, term, month))
    return found


def covered_at_once(coverage: Coverage, terms: Sequence[Term]) -> date | None:
    """The last month that the first year's one amount pays for; None without such an amount.

    It is asked of the terms that the policy began under, else of the first ones after.
    """
    later = sorted((one for one in terms if one.line == coverage.line), key=lambda one: one.start)
    term = term_on(terms, coverage.line, coverage.first) or next(iter(later), None)
    if term is None or term.basis != CMS or enrollment(coverage)[0] != INITIAL:
        return None
    return date(coverage.first.year, months.YEAR, 1)


def true_up(initial: Decimal, renewal: Decimal) -> Decimal:
    """What is still to come after the renewal amount was paid first: nothing below zero.

    Source: reference/medicare.md 7.6; it comes 4 to 6 weeks later, once CMS told the plan before.
    """
    return max(initial - renewal, ZERO)


def _first_year(coverage: Coverage, rates: Sequence[Rate], term: Term, through: date) -> Due:
    begins = months.first(coverage.first)
    _kind, why = enrollment(coverage)
    rate, missing = _rate(coverage, rates, begins)
    if rate is None:
        return Due(begins, through, INITIAL, None, (why, missing))
    left = months.between(begins, through)
    is_prorated = term.prorates_new or why.code == "unlike_plan"
    paid_for = left if is_prorated else months.YEAR
    steps = [why, _named(rate, INITIAL)]
    annual = _share(rate.initial, term.initial_percent, steps)
    amount = months.cents(annual * paid_for / months.YEAR)
    if is_prorated:
        steps.append(Step("months_left", amount, {"months": left}))
    else:
        steps.append(Step("whole_year", amount))
    as_renewal = _share(rate.renewal, term.renewal_percent, []) * paid_for / months.YEAR
    return Due(begins, through, INITIAL, amount, tuple(steps), months.cents(as_renewal))


def _month(coverage: Coverage, rates: Sequence[Rate], term: Term, month: date) -> Due:
    year = (months.between(months.first(coverage.first), month) - 1) // months.YEAR + 1
    if term.pays_years is not None and year > term.pays_years:
        over = Step("years_over", ZERO, {"years": term.pays_years, "year": year})
        return Due(month, month, RENEWAL, ZERO, (over,))
    if term.basis == CMS:
        return _renewal(coverage, rates, term, month)
    return _of_premium(coverage, term, month, is_first=year == 1)


def _renewal(coverage: Coverage, rates: Sequence[Rate], term: Term, month: date) -> Due:
    is_first_year = month.year == coverage.first.year
    why = enrollment(coverage)[1] if is_first_year else Step("later_year")
    rate, missing = _rate(coverage, rates, month)
    if rate is None:
        return Due(month, month, RENEWAL, None, (why, missing))
    steps = [why, _named(rate, RENEWAL)]
    annual = _share(rate.renewal, term.renewal_percent, steps)
    amount = months.of_year(annual, month.month)
    steps.append(Step("month_of_year", amount, {"month": month.month}))
    return Due(month, month, RENEWAL, amount, tuple(steps))


def _of_premium(coverage: Coverage, term: Term, month: date, *, is_first: bool) -> Due:
    kind = INITIAL if is_first else RENEWAL
    why = Step("first_year_of_policy" if is_first else "later_year_of_policy")
    if coverage.premium is None:
        return Due(month, month, kind, None, (why, Step("no_premium")))
    steps = [why, Step("premium", coverage.premium)]
    percent = term.initial_percent if is_first else term.renewal_percent
    amount = _share(coverage.premium, percent, steps)
    return Due(month, month, kind, amount, tuple(steps))


def _share(amount: Decimal, percent: Decimal, steps: list[Step]) -> Decimal:
    """The carrier's percent of an amount, to the cent."""
    share = months.cents(amount * percent / months.WHOLE)
    steps.append(Step("percent", share, {"percent": f"{percent.normalize():f}"}))
    return share


def _rate(coverage: Coverage, rates: Sequence[Rate], month: date) -> tuple[Rate | None, Step]:
    """The rate of a month; without one, the step that says what is missing."""
    said: dict[str, str | int] = {"year": month.year, "state": coverage.state}
    if not coverage.state and any(one.state for one in rates if one.line == coverage.line):
        return None, Step("no_state")
    return rate_on(rates, coverage.line, coverage.state, month), Step("no_rate", values=said)


def _named(rate: Rate, kind: str) -> Step:
    amount = rate.initial if kind == INITIAL else rate.renewal
    return Step(f"rate_{kind}", amount, {"year": rate.start.year, "state": rate.state})
