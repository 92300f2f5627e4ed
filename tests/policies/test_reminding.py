"""Every condition under which a client is reminded of the initial payment, at each boundary."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from agencyhub.mailing import clock
from policies import reminding, zones
from policies.models import PaymentStatus
from policies.reminding import Facts

NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"
DEADLINE = date(2026, 12, 1)
NOON = clock.moment(DEADLINE - timedelta(days=5), time(12), NEW_YORK)
DUE = Facts(
    status="binder_due",
    deadline=DEADLINE,
    as_of=clock.moment(DEADLINE - timedelta(days=5), time(6), NEW_YORK),
    zones=(NEW_YORK,),
    premium=Decimal("28.50"),
)


class TestStepOn:
    @pytest.mark.parametrize(
        ("left", "expected"),
        [
            (16, None), (15, 15), (14, 15), (13, 15), (12, None), (6, None), (5, 5), (4, 5), (3, 5),
            (2, None), (1, 1), (0, None), (-1, None),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize(
        ("_case", "deadline"),
        [
            ("an ordinary day", date(2026, 6, 18)),
            ("the first of a month", date(2026, 12, 1)),
            ("the last of a month", date(2026, 4, 30)),
            ("the year's first day", date(2027, 1, 1)),
            ("the year's last day", date(2026, 12, 31)),
            ("a leap day", date(2028, 2, 29)),
            ("the day after a leap day", date(2028, 3, 1)),
            ("the end of a common February", date(2027, 2, 28)),
            ("the spring day", date(2026, 3, 8)),
            ("after the spring day", date(2026, 3, 9)),
            ("the autumn day", date(2026, 11, 1)),
            ("after the autumn day", date(2026, 11, 2)),
        ],
    )
    @pytest.mark.parametrize("zone", [NEW_YORK, CHICAGO])
    def test_counts_the_days_of_the_client(self, left, expected, _case, deadline, zone):
        facts = replace(DUE, deadline=deadline, zones=(zone,))
        day = deadline - timedelta(days=left)

        for hour in (time(0), time(12), time(23, 59)):
            assert reminding.step_on(facts, clock.moment(day, hour, zone)) == expected

    def test_belongs_to_the_day_where_the_client_lives(self):
        late = clock.moment(DEADLINE - timedelta(days=5), time(23, 30), CHICAGO)

        assert reminding.days_left(replace(DUE, zones=(CHICAGO,)), late) == 5
        assert reminding.days_left(replace(DUE, zones=(NEW_YORK,)), late) == 4

    def test_is_none_without_a_deadline(self):
        assert reminding.step_on(replace(DUE, deadline=None), NOON) is None


class TestTwoZones:
    """In a state of two zones it is quiet as long as it is so in either."""

    FLORIDA = replace(DUE, zones=zones.zones_of("FL", otherwise=CHICAGO))

    @pytest.mark.parametrize(
        ("hour", "zone", "expected"),
        [
            (time(8, 30), NEW_YORK, "quiet"), (time(9), NEW_YORK, ""),
            (time(19, 30), CHICAGO, ""), (time(20, 30), CHICAGO, "quiet"),
        ],
    )  # fmt: skip
    def test_writes_within_the_hours_of_both(self, hour, zone, expected):
        at = clock.moment(DEADLINE - timedelta(days=5), hour, zone)

        assert reminding.refusal(self.FLORIDA, at) == expected

    def test_leaves_before_the_first_evening(self):
        evening = clock.moment(DEADLINE - timedelta(days=5), time(21), NEW_YORK)

        assert reminding.leaves_until(self.FLORIDA, NOON) == evening

    def test_knows_other_states_by_their_only_zone(self):
        assert zones.zones_of("NY", otherwise=CHICAGO) == (NEW_YORK,)
        assert zones.zones_of("", otherwise=CHICAGO) == (CHICAGO,)


class TestRefusal:
    def test_is_blank_for_a_client_who_has_to_pay(self):
        assert reminding.refusal(DUE, NOON) == ""

    @pytest.mark.parametrize(
        ("_case", "changes", "expected"),
        [
            ("premium is nothing", {"premium": Decimal(0)}, "free"),
            ("premium is nothing, with cents", {"premium": Decimal("0.00")}, "free"),
            ("premium is a cent", {"premium": Decimal("0.01")}, ""),
            ("premium is unknown, the carrier says due", {"premium": None}, ""),
            ("nothing is owed", {"amount_due": Decimal("0.00")}, "free"),
            ("something is owed", {"amount_due": Decimal("28.50")}, ""),
            ("policy is cancelled", {"policy_meaning": "cancelled"}, "ended"),
            ("policy is terminated", {"policy_meaning": "terminated"}, "ended"),
            ("policy lapsed", {"policy_meaning": "lapsed"}, "ended"),
            ("policy is pending", {"policy_meaning": "pending"}, ""),
            ("policy is in force", {"policy_meaning": "effectuated"}, ""),
            ("policy's status means nothing", {"policy_meaning": ""}, ""),
            ("client is archived", {"is_archived": True}, "archived"),
            ("client is not to be written to", {"is_silent": True}, "silent"),
            ("client died", {"is_deceased": True}, "silent"),
            ("no address", {"has_address": False}, "no_address"),
            ("opted out", {"is_opted_out": True}, "opted_out"),
            ("nobody to write in whose name", {"has_agent": False}, "no_agent"),
            ("agent's switch is off", {"agent_sends": False}, "agent_off"),
            ("agency's switch is off", {"agency_sends": False}, "agency_off"),
            ("status is stale", {"is_stale": True}, "stale"),
            ("stale, and no Premier Partner", {"is_stale": True, "is_premier": False}, "stale"),
        ],
    )  # fmt: skip
    def test_names_each_condition(self, _case, changes, expected):
        assert reminding.refusal(replace(DUE, **changes), NOON) == expected

    @pytest.mark.parametrize("status", PaymentStatus.values)
    def test_wants_action_to_be_needed(self, status):
        expected = "" if status == "binder_due" else "not_needed"

        assert reminding.refusal(replace(DUE, status=status), NOON) == expected

    @pytest.mark.parametrize(
        ("_case", "as_of", "expected"),
        [
            ("this morning", (date(2026, 11, 26), time(6)), ""),
            ("midnight", (date(2026, 11, 26), time(0)), ""),
            ("last evening, at the close", (date(2026, 11, 25), time(18)), ""),
            ("a minute before the close", (date(2026, 11, 25), time(17, 59)), "not_todays"),
            ("yesterday morning", (date(2026, 11, 25), time(6)), "not_todays"),
        ],
    )
    def test_wants_the_days_status_of_a_premier_partner(self, _case, as_of, expected):
        facts = replace(DUE, as_of=clock.moment(*as_of, NEW_YORK))

        assert reminding.refusal(facts, NOON) == expected
        assert reminding.refusal(replace(facts, is_premier=False), NOON) == ""

    @pytest.mark.parametrize(
        ("_case", "hour", "expected"),
        [
            ("midnight", time(0), "quiet"),
            ("a minute before the morning", time(7, 59), "quiet"),
            ("the morning", time(8), ""),
            ("a minute before the evening", time(20, 59), ""),
            ("the evening", time(21), "quiet"),
            ("a minute before midnight", time(23, 59), "quiet"),
        ],
    )
    @pytest.mark.parametrize("zone", [NEW_YORK, CHICAGO])
    @pytest.mark.parametrize(
        "deadline",
        [date(2026, 12, 1), date(2026, 3, 9), date(2026, 11, 2), date(2028, 3, 1),
         date(2027, 1, 1)],
    )  # fmt: skip
    def test_keeps_the_quiet_hours_of_the_client(self, _case, hour, expected, zone, deadline):
        day = deadline - timedelta(days=1)
        facts = replace(
            DUE, deadline=deadline, zones=(zone,), as_of=clock.moment(day, time(0), zone)
        )

        assert reminding.refusal(facts, clock.moment(day, hour, zone)) == expected

    def test_says_that_it_is_another_day(self):
        later = NOON + timedelta(days=3)
        facts = replace(DUE, as_of=later)

        assert reminding.refusal(facts, later) == "other_day"


class TestLeavesUntil:
    def test_ends_where_quiet_hours_begin(self):
        assert reminding.leaves_until(DUE, NOON) == datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
