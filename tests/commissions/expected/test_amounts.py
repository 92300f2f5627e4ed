"""Which amounts are expected for which months."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissions.expected import amounts, earned, months, rates
from commissions.expected.types import MED_ADV, MED_SUPP, PDP, SAME, UNLIKE, Coverage, Due
from tests.commissions.expected.rules import ADVANTAGE, MOVED, NEW, OLD, RATES, TERMS, D

CENTS = st.integers(0, 10_000_000).map(lambda number: Decimal(number) / 100)
PERCENTS = st.integers(0, 10_000).map(lambda number: Decimal(number) / 100)
SINCE, UNTIL = date(2026, 1, 1), date(2026, 12, 1)


def _dues(coverage, terms=TERMS, *, since=SINCE, until=UNTIL):
    return amounts.dues(coverage, RATES, terms, since=since, until=until)


def _codes(due):
    return [step.code for step in due.steps]


class TestRates:
    @pytest.mark.parametrize(
        ("_case", "line", "state", "day", "renewal"),
        [
            ("everybody's rate", MED_ADV, "IA", date(2026, 6, 1), D("347")),
            ("a state's own", MED_ADV, "CA", date(2026, 6, 1), D("432")),
            ("the last day", MED_ADV, "IA", date(2026, 12, 31), D("347")),
            ("the next year", MED_ADV, "IA", date(2027, 1, 1), D("363")),
            ("a year nobody entered", MED_ADV, "IA", date(2025, 12, 31), None),
            ("own rate that is not known yet is not everybody's",
             MED_ADV, "CA", date(2027, 1, 1), None),
            ("drug plans have no other rate anywhere", PDP, "CA", date(2026, 1, 1), D("57")),
            ("a line without a maximum", MED_SUPP, "IA", date(2026, 6, 1), None),
        ],
    )  # fmt: skip
    def test_rate_of_a_state_on_a_day(self, _case, line, state, day, renewal):
        found = rates.rate_on(RATES, line, state, day)

        assert (found.renewal if found else None) == renewal

    @pytest.mark.parametrize(
        ("_case", "changes", "kind", "why"),
        [
            ("new to Medicare", {"is_new_to_medicare": True}, "initial", "new_to_medicare"),
            ("new beats what was held", {"is_new_to_medicare": True, "before": SAME},
             "initial", "new_to_medicare"),
            ("a similar plan", {"before": SAME}, "renewal", "similar_plan"),
            ("an unlike plan", {"before": UNLIKE, "is_new_to_medicare": False},
             "initial", "unlike_plan"),
            ("Part B began with it", {"part_b": date(2026, 3, 1)}, "initial", "part_b_began"),
            ("Part B began two months before", {"part_b": date(2026, 1, 1)},
             "initial", "part_b_began"),
            ("Part B began three months before", {"part_b": date(2025, 12, 1)},
             "renewal", "nothing_known"),
            ("Part B begins later", {"part_b": date(2026, 4, 1)}, "renewal", "nothing_known"),
            ("the carrier says so", {"paid_as": "initial"}, "initial", "carrier_says_initial"),
            ("the carrier knows the plan before", {"paid_as": "initial",
             "is_new_to_medicare": False}, "initial", "carrier_says_initial"),
            ("not new, nothing else", {"is_new_to_medicare": False}, "renewal", "not_new"),
            ("nothing", {}, "renewal", "nothing_known"),
        ],
    )  # fmt: skip
    def test_first_year_or_renewal(self, _case, changes, kind, why):
        coverage = replace(NEW, **{"is_new_to_medicare": None, **changes})

        found, step = rates.enrollment(coverage)

        assert (found, step.code) == (kind, why)


class TestFirstYear:
    @pytest.mark.parametrize(
        ("month", "expected"),
        [
            (1, "694.00"), (2, "636.17"), (3, "578.33"), (4, "520.50"), (5, "462.67"),
            (6, "404.83"), (7, "347.00"), (8, "289.17"), (9, "231.33"), (10, "173.50"),
            (11, "115.67"), (12, "57.83"),
        ],
    )  # fmt: skip
    def test_is_paid_once_by_the_months_left(self, month, expected):
        (due,) = _dues(replace(NEW, first=date(2026, month, 1)))

        assert (due.expected, due.month.month, due.through) == (
            D(expected), month, date(2026, 12, 1),
        )  # fmt: skip
        assert _codes(due) == ["new_to_medicare", "rate_initial", "percent", "months_left"]

    def test_whole_year_where_the_carrier_pays_it(self):
        (due,) = _dues(NEW, [replace(ADVANTAGE, prorates_new=False)])

        assert due.expected == D("694.00")
        assert _codes(due)[-1] == "whole_year"

    def test_unlike_plan_is_prorated_even_then(self):
        unlike = replace(NEW, is_new_to_medicare=False, before=UNLIKE)

        (due,) = _dues(unlike, [replace(ADVANTAGE, prorates_new=False)])

        assert due.expected == D("578.33")

    def test_knows_what_comes_before_the_true_up(self):
        (due,) = _dues(NEW)

        assert due.as_renewal == D("289.17")
        assert amounts.true_up(due.expected, due.as_renewal) == D("289.16")

    def test_carriers_percent_comes_before_the_months(self):
        (due,) = _dues(NEW, [replace(ADVANTAGE, initial_percent=D("85.5"))])

        assert [step.amount for step in due.steps] == [None, D("694"), D("593.37"), D("494.48")]

    def test_begins_before_the_terms_and_is_left_out_as_a_whole(self):
        terms = [replace(ADVANTAGE, start=date(2026, 9, 1))]

        assert _dues(NEW, terms) == []
        assert [due.month for due in _dues(NEW, terms, until=date(2027, 2, 1))] == [
            date(2027, 1, 1), date(2027, 2, 1),
        ]  # fmt: skip

    def test_renewals_follow_in_january(self):
        found = _dues(NEW, until=date(2027, 2, 1))

        assert [(due.month, due.expected) for due in found[1:]] == [
            (date(2027, 1, 1), D("30.25")), (date(2027, 2, 1), D("30.25")),
        ]  # fmt: skip


class TestMonths:
    def test_twelve_renewals_are_the_year(self):
        found = _dues(OLD)

        assert len(found) == 12
        assert sum(due.expected for due in found) == D("347.00")
        assert {due.expected for due in found} == {D("28.91"), D("28.92")}
        assert _codes(found[0]) == ["later_year", "rate_renewal", "percent", "month_of_year"]

    def test_a_similar_plan_is_a_renewal_from_its_first_month(self):
        found = _dues(MOVED)

        assert [due.month.month for due in found] == list(range(3, 13))
        assert found[0].steps[0].code == "similar_plan"

    def test_nothing_after_the_last_month(self):
        found = _dues(replace(OLD, last=date(2026, 5, 14)))

        assert found[-1].month == date(2026, 5, 1)

    @pytest.mark.parametrize(
        ("_case", "changes", "missing"),
        [
            ("no state", {"state": ""}, "no_state"),
            ("no rate of the year", {"first": date(2024, 1, 1), "state": "CA"}, "no_rate"),
        ],
    )
    def test_says_what_is_missing(self, _case, changes, missing):
        since = date(2027, 1, 1)

        (due,) = _dues(replace(OLD, **changes), since=since, until=since)

        assert (due.expected, due.steps[-1].code) == (None, missing)

    def test_first_year_without_a_rate_says_so(self):
        (due,) = _dues(replace(NEW, state=""))

        assert (due.expected, due.steps[-1].code) == (None, "no_state")

    def test_never_effective_is_never_paid(self):
        assert _dues(replace(NEW, is_void=True)) == []

    def test_months_without_terms_are_left_out(self):
        ended = replace(ADVANTAGE, end=date(2026, 4, 30))

        assert [due.month.month for due in _dues(OLD, [ended])] == [1, 2, 3, 4]

    @pytest.mark.parametrize(
        ("month", "kind", "expected"),
        [
            (date(2026, 2, 1), "initial", "30.00"), (date(2026, 5, 1), "initial", "30.00"),
            (date(2026, 6, 1), "renewal", "15.00"), (date(2026, 12, 1), "renewal", "15.00"),
        ],
    )  # fmt: skip
    def test_share_of_the_premium_changes_with_the_policys_year(self, month, kind, expected):
        supplement = Coverage(MED_SUPP, date(2025, 6, 1), premium=D("150.00"))

        (due,) = _dues(supplement, since=month, until=month)

        assert (due.kind, due.expected) == (kind, D(expected))

    @pytest.mark.parametrize(
        ("first", "is_zero"), [(date(2020, 12, 1), False), (date(2020, 11, 1), True)]
    )
    def test_zero_by_contract_after_the_years_that_are_paid(self, first, is_zero):
        supplement = Coverage(MED_SUPP, first, premium=D("150.00"))

        (due,) = _dues(supplement, since=date(2026, 11, 1), until=date(2026, 11, 1))

        assert due.is_zero is is_zero
        assert ("years_over" in _codes(due)) is is_zero

    def test_zero_by_contract_where_the_percent_is_zero(self):
        found = _dues(OLD, [replace(ADVANTAGE, renewal_percent=D(0))])

        assert {due.is_zero for due in found} == {True}

    def test_premium_that_nobody_knows(self):
        (due,) = _dues(Coverage(MED_SUPP, date(2026, 12, 1)))

        assert (due.expected, due.steps[-1].code) == (None, "no_premium")


class TestLaws:
    @given(annual=CENTS)
    def test_twelve_months_add_up_to_the_year(self, annual):
        parts = [months.of_year(annual, month) for month in range(1, 13)]

        assert sum(parts) == annual
        assert max(parts) - min(parts) <= D("0.01")

    @given(rate=CENTS, percent=PERCENTS, month=st.integers(1, 12))
    def test_prorating_never_exceeds_the_year(self, rate, percent, month):
        rate = replace(RATES[0], initial=rate)
        term = replace(ADVANTAGE, initial_percent=percent)

        (due,) = amounts.dues(
            replace(NEW, first=date(2026, month, 1)), [rate], [term], since=SINCE, until=UNTIL
        )

        assert 0 <= due.expected <= months.cents(rate.initial * percent / 100)

    @given(initial=CENTS, renewal=CENTS)
    def test_true_up_is_what_is_missing_and_never_below_zero(self, initial, renewal):
        left = amounts.true_up(initial, renewal)

        assert left >= 0
        assert renewal + left == max(initial, renewal)

    @given(gross=CENTS, share=st.integers(0, 100), paid=CENTS)
    def test_never_takes_back_more_than_was_paid(self, gross, share, paid):
        kept = months.cents(gross * share / 100)

        expected, back = earned.settle(gross, kept, paid)

        assert kept <= expected <= gross
        assert expected + back == kept
        assert 0 <= -back <= paid


class TestEarned:
    @pytest.mark.parametrize(
        ("_case", "first", "last", "kept"),
        [
            ("leaves in the first month", (2026, 3, 1), (2026, 3, 31), "0"),
            ("leaves in the third month", (2026, 3, 1), (2026, 5, 31), "0"),
            ("leaves in the fourth month", (2026, 3, 1), (2026, 6, 30), "231.33"),
            ("leaves in November", (2026, 3, 1), (2026, 11, 15), "520.50"),
            ("leaves with the year", (2026, 3, 1), (2026, 12, 31), None),
            ("joined in October, moves in January", (2026, 10, 1), (2026, 12, 31), None),
            ("joined in December, moves in January", (2026, 12, 1), (2026, 12, 31), None),
            ("joined in October, leaves before", (2026, 10, 1), (2026, 11, 30), "0"),
            ("joined in December, leaves in February", (2026, 12, 1), (2027, 2, 28), "0"),
            ("stays", (2026, 3, 1), None, None),
        ],
    )
    def test_what_is_kept(self, _case, first, last, kept):
        coverage = replace(NEW, first=date(*first), last=date(*last) if last else None)
        (due,) = _dues(replace(coverage, last=None))

        found = earned.earned(due, coverage)

        assert (found.earned if found else None) == (D(kept) if kept else None)

    def test_without_a_rate_nobody_knows(self):
        due = Due(date(2026, 3, 1), date(2026, 12, 1), "initial", None)

        assert earned.earned(due, replace(NEW, last=date(2026, 3, 31))) is None
