"""Where paying for a policy stands, rule by rule."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from policies import standing
from policies.models import PaymentStatus
from policies.standing import Promise

MAPD, DENTAL = 4, 5
OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (10, 11, 12))
GRACE = [(MAPD, date(2020, 1, 1), 2), (MAPD, date(2027, 1, 1), 3)]
ALWAYS = Promise(date(2020, 1, 1), None, 36)


def at(day: int) -> datetime:
    """A morning in November."""
    return datetime(2026, 11, day, 12, tzinfo=UTC)


def told(month=NOVEMBER, status="current", as_of=5, **more):
    """One month of policy 1."""
    row = dict.fromkeys(standing.PAYMENTS) | {
        "policy_id": 1, "month": month, "is_binder": False, "status": status, "source": "push",
        "as_of": at(as_of),
    }  # fmt: skip
    return row | more


def stands(*payments, coverage=MAPD, promises=(ALWAYS,)):
    policies = pl.DataFrame(
        [(1, date(2026, 1, 1), coverage)], schema=standing.POLICIES, orient="row"
    )
    (found,) = standing.of(
        pl.DataFrame(list(payments), schema=standing.PAYMENTS),
        policies,
        grace=pl.DataFrame(GRACE, schema=standing.GRACE, orient="row"),
        promises=promises,
        zone="America/Chicago",
    ).to_dicts()
    return found


def test_every_status_is_known_to_the_rules():
    known = {*standing.PAID, *standing.OWED, *standing.ENDED, "unknown"}
    assert known == set(PaymentStatus.values)


class TestWhichMonthCounts:
    @pytest.mark.parametrize("status", PaymentStatus.values)
    def test_is_the_only_one(self, status):
        assert stands(told(status=status))["status"] == status

    @pytest.mark.parametrize(
        ("graver", "milder"),
        [
            ("cancelled_nonpay", "in_grace"),
            ("terminated_nonpay", "past_due"),
            ("in_grace", "past_due"),
            ("past_due", "binder_due"),
            ("binder_past_due", "binder_due"),
            ("binder_due", "due_soon"),
            ("due_soon", "current"),
            ("due_soon", "unknown"),
            ("past_due", "paid_ahead"),
        ],
    )
    @pytest.mark.parametrize("months", [(OCTOBER, NOVEMBER), (NOVEMBER, OCTOBER)])
    def test_is_the_gravest_of_one_statement(self, graver, milder, months):
        found = stands(told(months[0], graver), told(months[1], milder))

        assert (found["status"], found["month"]) == (graver, months[0])

    def test_is_the_first_of_equally_grave_ones(self):
        found = stands(told(NOVEMBER, "past_due"), told(OCTOBER, "past_due"))

        assert found["month"] == OCTOBER

    @pytest.mark.parametrize("status", ["current", "paid_ahead", "not_required", "unknown"])
    def test_is_the_newest_where_nothing_is_owed(self, status):
        found = stands(told(OCTOBER), told(NOVEMBER, status))

        assert (found["status"], found["month"]) == (status, NOVEMBER)

    def test_is_the_month_rather_than_the_initial_payment_once_both_are_paid(self):
        found = stands(told(is_binder=True), told(status="paid_ahead"))

        assert (found["status"], found["is_binder"]) == ("paid_ahead", False)

    def test_is_the_initial_payment_rather_than_the_month_while_both_are_owed(self):
        found = stands(told(status="past_due"), told(status="binder_past_due", is_binder=True))

        assert found["is_binder"]


class TestSettled:
    @pytest.mark.parametrize("owed", standing.OWED)
    @pytest.mark.parametrize("paid", standing.PAID)
    def test_what_a_later_statement_pays(self, owed, paid):
        assert stands(told(OCTOBER, owed, 1), told(NOVEMBER, paid, 2))["status"] == paid

    @pytest.mark.parametrize("owed", standing.OWED)
    def test_is_nothing_by_an_earlier_month_that_is_paid(self, owed):
        assert stands(told(NOVEMBER, owed, 1), told(OCTOBER, "current", 2))["status"] == owed

    @pytest.mark.parametrize("owed", standing.OWED)
    def test_is_nothing_by_an_earlier_statement(self, owed):
        assert stands(told(OCTOBER, owed, 2), told(NOVEMBER, "current", 1))["status"] == owed

    def test_is_the_initial_payment_by_its_month(self):
        binder = told(OCTOBER, "binder_due", 1, is_binder=True)

        assert stands(binder, told(OCTOBER, "current", 2))["status"] == "current"

    @pytest.mark.parametrize(
        ("through", "status"),
        [(date(2026, 10, 30), "past_due"), (date(2026, 10, 31), "due_soon")],
    )
    def test_is_what_was_paid_through_later(self, through, status):
        later = told(NOVEMBER, "due_soon", 2, paid_through_date=through)

        assert stands(told(OCTOBER, "past_due", 1), later)["status"] == status

    @pytest.mark.parametrize("ended", standing.ENDED)
    @pytest.mark.parametrize("status", ["current", "due_soon", "past_due", "unknown"])
    def test_is_an_end_by_anything_later(self, ended, status):
        assert stands(told(OCTOBER, ended, 1), told(NOVEMBER, status, 2))["status"] == status

    @pytest.mark.parametrize("ended", standing.ENDED)
    def test_is_no_end_by_an_earlier_month(self, ended):
        assert stands(told(NOVEMBER, ended, 1), told(OCTOBER, "current", 2))["status"] == ended


class TestDeadline:
    @pytest.mark.parametrize(
        ("status", "more", "deadline"),
        [
            ("due_soon", {"due_date": date(2026, 11, 15)}, date(2026, 11, 15)),
            ("due_soon", {}, None),
            ("binder_due", {"due_date": date(2026, 11, 15)}, date(2026, 11, 15)),
            ("binder_due", {}, date(2026, 1, 1)),
            ("binder_past_due", {}, date(2026, 1, 1)),
            ("past_due", {}, date(2026, 12, 31)),
            ("in_grace", {"grace_start_date": OCTOBER}, date(2026, 11, 30)),
            ("in_grace", {"grace_start_date": date(2026, 10, 2)}, date(2026, 12, 31)),
            ("in_grace", {"grace_start_date": date(2026, 12, 31)}, date(2027, 2, 28)),
            ("current", {"due_date": date(2026, 11, 15)}, None),
            ("unknown", {"due_date": date(2026, 11, 15)}, None),
            ("terminated_nonpay", {"due_date": date(2026, 11, 15)}, None),
        ],
    )
    def test_is_the_due_date_or_the_end_of_grace(self, status, more, deadline):
        assert stands(told(status=status, **more))["deadline"] == deadline

    def test_is_of_the_rule_that_held_in_the_month(self):
        found = stands(told(date(2027, 1, 1), "past_due"))

        assert found["deadline"] == date(2027, 3, 31)

    @pytest.mark.parametrize("coverage", [DENTAL, None])
    def test_is_unknown_where_no_rule_is(self, coverage):
        assert stands(told(status="past_due"), coverage=coverage)["deadline"] is None

    def test_counts_whole_months_of_a_leap_year(self):
        assert stands(told(date(2028, 1, 1), "past_due"), coverage=MAPD)["deadline"] == date(
            2028, 3, 31
        )


class TestTold:
    def test_is_as_of_the_newest_statement_with_who_said_it(self):
        found = stands(told(OCTOBER, "past_due", 1), told(NOVEMBER, "due_soon", 3, source="file"))

        assert (found["as_of"], found["source"]) == (at(3), "file")

    def test_is_paid_through_what_the_newest_statement_says(self):
        earlier = told(OCTOBER, "current", 1, paid_through_date=date(2026, 12, 31))
        later = told(NOVEMBER, "current", 2, paid_through_date=date(2026, 11, 30))

        assert stands(earlier, later)["paid_through_date"] == date(2026, 11, 30)
        assert stands(earlier, told(NOVEMBER, "current", 2))["paid_through_date"] == date(
            2026, 12, 31
        )

    def test_takes_the_amounts_of_the_month_that_counts(self):
        owed = told(OCTOBER, "past_due", 1, past_due_amount="9.00", autopay=True)

        found = stands(owed, told(NOVEMBER, "due_soon", 2, amount_due="5.00"))

        assert (found["past_due_amount"], found["amount_due"], found["autopay"]) == (
            "9.00", None, True,
        )  # fmt: skip


class TestStale:
    def test_begins_when_the_promise_ends(self):
        assert stands(told())["stale_at"] == at(5) + timedelta(hours=36)

    def test_never_begins_where_nobody_promised(self):
        assert stands(told(), promises=())["stale_at"] is None

    @pytest.mark.parametrize(
        ("as_of", "hours"),
        [
            (datetime(2026, 11, 10, 5, 59, tzinfo=UTC), 24),  # the ninth, in Chicago
            (datetime(2026, 11, 10, 6, 0, tzinfo=UTC), 48),
            (datetime(2026, 11, 21, 5, 59, tzinfo=UTC), 48),  # the last day counts
            (datetime(2026, 11, 21, 6, 0, tzinfo=UTC), None),
        ],
    )
    def test_is_of_the_term_on_its_day_here(self, as_of, hours):
        terms = (
            Promise(date(2026, 1, 1), date(2026, 11, 9), 24),
            Promise(date(2026, 11, 10), date(2026, 11, 20), 48),
        )

        found = stands(told(as_of=1) | {"as_of": as_of}, promises=terms)["stale_at"]

        assert found == (as_of + timedelta(hours=hours) if hours else None)


def test_of_answers_for_many_policies_at_once():
    payments = [told() | {"policy_id": pk} for pk in (3, 1, 2)]
    policies = pl.DataFrame(schema=standing.POLICIES)
    grace = pl.DataFrame(schema=standing.GRACE)

    found = standing.of(
        pl.DataFrame(payments, schema=standing.PAYMENTS),
        policies, grace=grace, promises=(), zone="America/Chicago",
    )  # fmt: skip

    assert found["policy_id"].to_list() == [1, 2, 3]
