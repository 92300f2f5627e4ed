"""The ledger of one policy: what was expected, what was paid, and the state of each month."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissions.expected import ledger, states
from commissions.expected.types import MED_SUPP, Coverage, Paid
from tests.commissions.expected.rules import (
    ADVANTAGE,
    MOVED,
    NEW,
    OLD,
    RULES,
    SUPPLEMENT,
    D,
    book,
    paid,
)

MARCH, NOVEMBER = date(2026, 3, 1), date(2026, 11, 1)
TODAY = date(2026, 11, 22)


def _ledger(coverage, *lines, today=TODAY, **other):
    return ledger.entries(coverage, lines, book(today, **other))


def _told(found):
    return [(one.month, one.kind, str(one.expected), str(one.paid), one.state) for one in found]


class TestStates:
    @pytest.mark.parametrize(
        ("_case", "amount", "today", "state"),
        [
            ("to come", "0", date(2026, 10, 31), "not_due"),
            ("begins", "0", date(2026, 11, 1), "due"),
            ("last day", "0", date(2026, 12, 1), "due"),
            ("a day late", "0", date(2026, 12, 2), "late_30"),
            ("30 days late", "0", date(2026, 12, 31), "late_30"),
            ("31 days late", "0", date(2027, 1, 1), "late_60"),
            ("60 days late", "0", date(2027, 1, 30), "late_60"),
            ("61 days late", "0", date(2027, 1, 31), "late_90"),
            ("paid early", "28.92", date(2026, 10, 1), "paid"),
            ("paid", "28.92", date(2026, 11, 9), "paid"),
            ("a few cents less", "28.63", date(2027, 2, 1), "paid"),
            ("a few cents more", "29.21", date(2027, 2, 1), "paid"),
            ("less, and there is time", "20.00", date(2026, 11, 9), "due"),
            ("less", "28.62", date(2027, 2, 1), "short"),
            ("more", "29.22", date(2026, 11, 9), "over"),
            ("less than nothing", "-5.00", date(2026, 11, 9), "chargeback_unexpected"),
        ],
    )  # fmt: skip
    def test_of_pay(self, _case, amount, today, state):
        found = states.of_pay(D("28.92"), D(amount), month=NOVEMBER, rules=RULES, today=today)

        assert found == state

    @pytest.mark.parametrize(
        ("expected", "amount", "state"),
        [
            (None, "0", "no_rate"), (None, "12.00", "no_rate"), ("0", "0", "zero_by_contract"),
            ("0", "0.10", "zero_by_contract"), ("0", "0.11", "over"), ("0.05", "0", "late_90"),
        ],
    )  # fmt: skip
    def test_without_an_amount(self, expected, amount, state):
        found = states.of_pay(
            D(expected) if expected else None, D(amount), month=date(2026, 1, 1), rules=RULES,
            today=TODAY,
        )  # fmt: skip

        assert found == state

    @pytest.mark.parametrize(
        ("expected", "taken", "today", "state"),
        [
            ("-300", "0", date(2026, 10, 31), "not_due"),
            ("-300", "0", TODAY, "chargeback_expected"),
            ("-300", "-100", TODAY, "chargeback_expected"),
            ("-300", "-297", TODAY, "paid"), ("-300", "-300", date(2026, 10, 1), "paid"),
            ("-300", "-303.01", TODAY, "chargeback_unexpected"),
            ("0", "-50", TODAY, "chargeback_unexpected"), ("0", "0", TODAY, "paid"),
        ],
    )  # fmt: skip
    def test_of_chargeback(self, expected, taken, today, state):
        found = states.of_chargeback(
            D(expected), D(taken), month=NOVEMBER, rules=RULES, today=today
        )

        assert found == state

    @given(days=st.integers(0, 400), cents=st.integers(0, 4000))
    def test_nothing_changes_before_the_day_that_is_named(self, days, cents):
        """Day by day: the state stays until ``changes_on``, and is another then."""
        today = date(2026, 10, 1) + timedelta(days=days)

        def on(day):
            amount = Decimal(cents) / 100
            return states.of_pay(D("28.92"), amount, month=NOVEMBER, rules=RULES, today=day)

        changes = states.changes_on(on(today), month=NOVEMBER, rules=RULES, today=today)

        until = changes or today + timedelta(days=400)
        assert {on(today + timedelta(days=one)) for one in range((until - today).days)} == {
            on(today)
        }


class TestFirstYear:
    def test_paid_at_once(self):
        found = _ledger(NEW, paid("578.33", MARCH, "initial"))

        assert _told(found) == [(MARCH, "initial", "578.33", "578.33", "paid")]
        assert found[0].parts == ((1, D("578.33")),)

    def test_renewal_first_then_the_true_up(self):
        first = paid("289.17", MARCH, "renewal")
        (waits,) = _ledger(NEW, first, today=date(2026, 3, 20))
        (short,) = _ledger(NEW, first)
        (whole,) = _ledger(NEW, first, paid("289.16", date(2026, 5, 1), "true_up", pk=2))

        assert (waits.state, waits.true_up) == ("due", D("289.16"))
        assert (short.state, short.true_up) == ("short", D("289.16"))
        assert (whole.state, whole.true_up) == ("paid", None)

    def test_paid_in_monthly_pieces_counts_for_the_year(self):
        lines = [paid("28.92", date(2026, month, 1), pk=month) for month in range(3, 9)]

        (found,) = _ledger(NEW, *lines)

        assert (found.paid, found.state, len(found.parts)) == (D("173.52"), "short", 6)

    def test_rapid_disenrollment_takes_back_everything(self):
        gone = replace(NEW, last=date(2026, 5, 31))

        found = _ledger(gone, paid("578.33", MARCH, "initial"))

        assert _told(found) == [
            (MARCH, "initial", "578.33", "578.33", "paid"),
            (date(2026, 6, 1), "chargeback", "-578.33", "0.00", "chargeback_expected"),
        ]
        assert [step.code for step in found[1].steps] == ["rapid", "taken_back"]

    def test_taken_back_as_expected_is_settled(self):
        gone = replace(NEW, last=date(2026, 6, 30))
        lines = paid("578.33", MARCH, "initial"), paid("-347.00", MARCH, "chargeback", pk=2)

        found = _ledger(gone, *lines)

        assert [one.state for one in found] == ["paid", "paid"]
        assert found[1].expected == D("-347.00")

    def test_never_paid_and_gone_at_once_is_nothing(self):
        assert _ledger(replace(NEW, last=date(2026, 4, 30))) == []

    def test_never_paid_and_gone_later_owes_what_was_earned(self):
        (found,) = _ledger(replace(NEW, last=date(2026, 8, 31)))

        assert (found.expected, found.state) == (D("347.00"), "late_90")
        assert found.steps[-1].code == "left_later"

    def test_taken_back_without_an_end_is_unexpected(self):
        lines = paid("578.33", MARCH, "initial"), paid("-100.00", NOVEMBER, "chargeback", pk=2)

        found = _ledger(NEW, *lines)

        assert _told(found)[1] == (
            date(2026, 11, 1), "chargeback", "0", "-100.00", "chargeback_unexpected",
        )  # fmt: skip

    def test_reversed_and_paid_again_is_paid(self):
        lines = [
            paid("578.33", MARCH, "initial"), paid("-578.33", MARCH, "chargeback", pk=2),
            paid("578.33", date(2026, 4, 1), "initial", pk=3),
        ]  # fmt: skip

        (found,) = _ledger(NEW, *lines)

        assert (found.paid, found.state) == (D("578.33"), "paid")
        assert found.steps[-1].code == "reversed"

    def test_announced_end_is_not_due_yet(self):
        gone = replace(NEW, first=NOVEMBER, last=date(2026, 11, 30))

        found = _ledger(gone, paid("115.67", NOVEMBER, "initial"))

        assert found[1].state == "not_due"

    def test_before_the_terms_is_nobodys_business(self):
        terms = [replace(ADVANTAGE, start=date(2026, 9, 1))]

        assert _ledger(NEW, paid("578.33", MARCH, "initial"), terms=terms) == []

    def test_without_a_rate_what_was_paid_is_shown(self):
        (found,) = _ledger(replace(NEW, state=""), paid("578.33", MARCH, "initial"))

        assert (found.expected, found.paid, found.state) == (None, D("578.33"), "no_rate")


class TestMonths:
    def test_each_month_by_itself(self):
        lines = [paid("28.92", date(2026, month, 1), pk=month) for month in (1, 2, 4)]

        found = _ledger(OLD, *lines)

        assert Counter(one.state for one in found) == {
            "paid": 3, "late_90": 5, "late_60": 1, "late_30": 1, "due": 1,
        }  # fmt: skip

    def test_one_line_for_several_months(self):
        found = _ledger(OLD, paid("86.75", date(2026, 1, 1), months=3))

        assert [one.paid for one in found[:4]] == [D("28.92"), D("28.92"), D("28.91"), D("0")]

    def test_bonuses_and_overrides_pay_no_month(self):
        lines = paid("25", NOVEMBER, "bonus"), paid("8.33", NOVEMBER, "override", pk=2)

        found = _ledger(OLD, *lines)

        assert found[-1].paid == 0

    def test_paid_after_the_end_is_over(self):
        gone = replace(MOVED, last=date(2026, 5, 31))

        found = _ledger(gone, paid("28.92", date(2026, 7, 1)))

        assert _told(found)[-1] == (date(2026, 7, 1), "renewal", "0", "28.92", "over")
        assert found[-1].steps[0].code == "after_last"

    def test_paid_after_the_end_and_taken_back_is_nothing(self):
        gone = replace(MOVED, last=date(2026, 5, 31))
        lines = (
            paid("28.92", date(2026, 7, 1)), paid("-28.92", date(2026, 7, 1), "chargeback", pk=2),
        )  # fmt: skip

        assert len(_ledger(gone, *lines)) == len(_ledger(gone))

    def test_taken_back_while_it_lasts_is_unexpected(self):
        lines = paid("28.92", NOVEMBER), paid("-28.92", NOVEMBER, "chargeback", pk=2)

        found = [one for one in _ledger(OLD, *lines) if one.month == NOVEMBER]

        assert [(one.kind, one.state) for one in found] == [
            ("chargeback", "chargeback_unexpected"), ("renewal", "paid"),
        ]  # fmt: skip

    def test_never_effective_and_paid_is_over_until_it_is_taken_back(self):
        void = replace(NEW, is_void=True)
        line, back = paid("578.33", MARCH, "initial"), paid("-578.33", NOVEMBER, pk=2)

        assert [(one.state, one.steps[0].code) for one in _ledger(void, line)] == [
            ("over", "never_effective")
        ]
        assert _ledger(void, line, back) == []

    def test_zero_by_contract(self):
        old = Coverage(MED_SUPP, date(2019, 1, 1), premium=D("150"))

        found = _ledger(old, paid("15.00", NOVEMBER))

        assert Counter(one.state for one in found) == {"zero_by_contract": 10, "over": 1}

    def test_reaches_back_to_january_of_last_year(self):
        found = _ledger(OLD, terms=[replace(ADVANTAGE, start=date(2020, 1, 1))])

        assert (found[0].month, found[-1].month) == (date(2025, 1, 1), NOVEMBER)
        assert found[0].state == "no_rate"

    def test_first_month_of_a_policy_to_come(self):
        (found,) = _ledger(replace(NEW, first=date(2027, 1, 1)))

        assert (found.month, found.expected, found.state) == (
            date(2027, 1, 1), D("725.00"), "not_due",
        )  # fmt: skip


AMOUNTS = st.integers(-80_000, 80_000).map(lambda number: Decimal(number) / 100)
DAYS = st.dates(date(2025, 6, 1), date(2027, 3, 31))
LINES = st.lists(
    st.builds(
        lambda kind, amount, day, months: Paid(1, kind, amount, day.replace(day=1), months),
        st.sampled_from(["initial", "renewal", "true_up", "chargeback", "advance", "other"]),
        AMOUNTS,
        DAYS,
        st.integers(1, 3),
    ),
    max_size=8,
)
COVERAGES = st.builds(
    lambda first, length, new, void: replace(
        NEW, first=first.replace(day=1), is_new_to_medicare=new, is_void=void,
        last=None if length is None else first.replace(day=1) + timedelta(days=length),
    ),
    DAYS, st.none() | st.integers(0, 500), st.booleans(), st.booleans(),
)  # fmt: skip


class TestLaws:
    @given(coverage=COVERAGES, lines=LINES, today=DAYS)
    def test_a_month_stands_once_and_is_backed_by_its_steps(self, coverage, lines, today):
        found = _ledger(coverage, *lines, today=today)

        keys = [(one.month, one.kind) for one in found]
        assert len(keys) == len(set(keys))
        assert all(one.steps for one in found)

    @given(coverage=COVERAGES, lines=LINES, today=DAYS)
    def test_never_expects_back_more_than_was_paid(self, coverage, lines, today):
        found = _ledger(coverage, *lines, today=today)

        back = sum(-one.expected for one in found if one.kind == "chargeback")
        got = sum(one.paid for one in found if one.kind == "initial")
        assert 0 <= back <= max(got, 0)

    @given(coverage=COVERAGES, lines=LINES, today=DAYS)
    def test_nothing_changes_until_the_next_look(self, coverage, lines, today):
        found = _ledger(coverage, *lines, today=today)

        look = ledger.next_look(found, coverage, book(today))

        before = (look or today + timedelta(days=500)) - timedelta(days=1)
        assert [replace(one, changes_on=None) for one in found] == [
            replace(one, changes_on=None) for one in _ledger(coverage, *lines, today=before)
        ]
        assert look is None or look > today

    def test_months_of_a_share_of_premiums(self):
        supplement = Coverage(MED_SUPP, date(2026, 1, 1), premium=D("99.99"))

        found = _ledger(supplement, terms=[SUPPLEMENT])

        assert {one.expected for one in found} == {D("20.00")}
