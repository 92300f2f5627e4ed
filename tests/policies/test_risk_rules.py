"""Reasons of a policy at risk: every kind, at each of its boundaries."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from policies.risk import Closed, Danger, Facts, Reason, reasons_of, stands

TODAY = date(2028, 2, 29)
NOW = datetime(2028, 2, 29, 15, 0, tzinfo=UTC)


def facts(status: str = "past_due", **told: object) -> Facts:
    return replace(Facts(premium=Decimal("28.50"), status=status), **told)


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def codes(told: Facts) -> list[tuple[str, str]]:
    return [(one.code, one.kind) for one in reasons_of(told, TODAY)]


class TestReasonsOf:
    @pytest.mark.parametrize(
        ("_case", "told", "code", "kind"),
        [
            ("due far away", facts("binder_due", is_binder=True, deadline=day(16)), None, None),
            ("the window opens", facts("binder_due", is_binder=True, deadline=day(15)),
             "binder_due", "binder_due"),
            ("the last day", facts("binder_due", is_binder=True, deadline=day(0)),
             "binder_due", "binder_due"),
            ("the day after", facts("binder_due", is_binder=True, deadline=day(-1)),
             "binder_missed", "coverage"),
            ("no deadline told", facts("binder_due", is_binder=True), "binder_due", "binder_due"),
            ("past due, still taken", facts("binder_past_due", is_binder=True, deadline=day(0)),
             "binder_past_due", "coverage"),
            ("past due, no longer taken",
             facts("binder_past_due", is_binder=True, deadline=day(-1)),
             "binder_missed", "coverage"),
            ("past due", facts("past_due", deadline=day(0)), "past_due", "past_due"),
            ("past due, deadline over", facts("past_due", deadline=day(-1)),
             "deadline_passed", "coverage"),
            ("past due, no deadline", facts("past_due"), "past_due", "past_due"),
            ("in grace for long", facts("in_grace", deadline=day(31)), "in_grace", "in_grace"),
            ("in grace, ends soon", facts("in_grace", deadline=day(30)),
             "grace_ending", "coverage"),
            ("in grace, last day", facts("in_grace", deadline=day(0)),
             "grace_ending", "coverage"),
            ("in grace, over", facts("in_grace", deadline=day(-1)),
             "deadline_passed", "coverage"),
            ("in grace, no deadline", facts("in_grace"), "in_grace", "in_grace"),
            ("ends today", facts("terminated_nonpay", termination_date=day(0)),
             "ending", "coverage"),
            ("ended yesterday", facts("terminated_nonpay", termination_date=day(-1)), None, None),
            ("ended, no day told", facts("terminated_nonpay"), None, None),
            ("the carrier does not know", facts("unknown"), "not_told", "unknown"),
            ("stale", facts("current", is_stale=True), "stale", "unknown"),
            ("stale, past due before", facts("past_due", is_stale=True), "stale", "unknown"),
            ("paid", facts("current"), None, None),
            ("paid ahead", facts("paid_ahead"), None, None),
            ("due soon", facts("due_soon"), None, None),
            ("not required", facts("not_required", is_stale=True), None, None),
            ("cancelled", facts("cancelled_nonpay"), None, None),
            ("nobody told", facts(""), None, None),
        ],
    )  # fmt: skip
    def test_finds_the_reason_of_a_payment(self, _case, told, code, kind):
        assert codes(told) == ([(code, kind)] if code else [])

    @pytest.mark.parametrize(
        ("_case", "changed"),
        [
            ("costs nothing", {"premium": Decimal("0.00")}),
            ("has ended", {"has_ended": True}),
            ("a month of a carrier that tells only the initial payment",
             {"is_told_monthly": False}),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("status", ["past_due", "in_grace", "unknown", "terminated_nonpay"])
    def test_leaves_out_what_is_never_at_risk_of_payment(self, _case, changed, status):
        told = facts(status, deadline=day(3), termination_date=day(3), **changed)

        assert codes(told) == []
        assert codes(replace(told, is_stale=True)) == []

    def test_keeps_the_initial_payment_of_other_carriers(self):
        told = facts("binder_due", is_binder=True, is_told_monthly=False, deadline=day(5))

        assert codes(told) == [("binder_due", "binder_due")]

    def test_takes_a_premium_that_nobody_knows_for_one_that_is_due(self):
        assert codes(facts("past_due", premium=None)) == [("past_due", "past_due")]

    def test_sorts_the_gravest_first_and_keeps_every_reason(self):
        danger = Danger("agent_ended", date(2028, 2, 1), date(2028, 2, 20))

        assert codes(facts("past_due", danger=danger)) == [
            ("past_due", "past_due"),
            ("agent_ended", "commission"),
        ]
        assert codes(facts("current", danger=danger)) == [("agent_ended", "commission")]
        assert codes(facts("current", danger=danger, premium=Decimal(0))) != []
        assert codes(facts("current", danger=danger, has_ended=True)) == []

    def test_carries_the_values_of_its_words(self):
        told = facts(
            "in_grace",
            deadline=day(40),
            grace_start_date=date(2028, 2, 1),
            month=date(2028, 2, 1),
            owed=Decimal(57),
        )

        (reason,) = reasons_of(told, TODAY)

        assert reason.as_json() == {
            "code": "in_grace",
            "owed": "57.00",
            "month": "2028-02-01",
            "since": "2028-02-01",
            "deadline": "2028-04-09",
        }


class TestStands:
    REASON = Reason("past_due", "past_due", date(2028, 3, 10), {"month": "2028-02-01"})

    @pytest.mark.parametrize(
        ("_case", "outcome", "later", "reason", "holds"),
        [
            ("nothing newer", "saved", timedelta(0), REASON, True),
            ("the same again, at once", "saved", timedelta(days=3), REASON, True),
            ("the same after it would be posted", "saved", timedelta(days=3, seconds=1), REASON,
             False),
            ("lost, and the same for weeks", "lost", timedelta(days=40), REASON, True),
            ("another month", "saved", timedelta(hours=1),
             replace(REASON, values={"month": "2028-03-01"}), False),
            ("lost, then another kind", "lost", timedelta(hours=1), Reason("in_grace", "in_grace"),
             False),
            ("another deadline", "lost", timedelta(hours=1),
             replace(REASON, deadline=date(2028, 4, 10)), False),
            ("only more is owed", "lost", timedelta(hours=1),
             replace(REASON, values={"month": "2028-02-01", "owed": "99.00"}), True),
        ],
    )  # fmt: skip
    def test_holds_until_something_newer_contradicts_it(self, _case, outcome, later, reason, holds):
        said = Closed(outcome, NOW, [self.REASON.as_json()])

        assert stands(said, [reason], NOW + later) is holds

    def test_holds_where_nobody_knows_as_of_when(self):
        assert stands(Closed("saved", NOW, []), [self.REASON], None)
