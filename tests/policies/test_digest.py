"""Which policies a digest tells of, in which order, and when it is due."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from agencyhub.mailing import clock
from policies import digest
from policies.digest import Facts, Wish
from policies.models import PaymentStatus

NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"
TODAY = date(2026, 11, 23)  # a Monday
AS_OF = datetime(2026, 11, 23, 11, tzinfo=UTC)
WISH = Wish(
    zone=NEW_YORK, at=time(8), weekdays=(0, 1, 2, 3, 4), quiet_from=time(21), quiet_to=time(8)
)
PAST_DUE = Facts(
    policy_id=1, individual_id=7, first_name="Ana", last_name="Lopez", status="past_due",
    deadline=date(2026, 12, 1), as_of=AS_OF, severity=3, premium=Decimal("28.50"),
)  # fmt: skip


class TestDayDue:
    @pytest.mark.parametrize(
        ("_case", "day", "hour", "changes", "expected"),
        [
            ("a minute early", TODAY, time(7, 59), {}, False),
            ("at the hour", TODAY, time(8), {}, True),
            ("later, a worker was down", TODAY, time(15), {}, True),
            ("a minute before quiet hours", TODAY, time(20, 59), {}, True),
            ("in quiet hours", TODAY, time(21), {}, False),
            ("switched off", TODAY, time(8), {"is_on": False}, False),
            ("looked after today", TODAY, time(9), {"done_on": TODAY}, False),
            ("looked after yesterday", TODAY, time(9), {"done_on": date(2026, 11, 22)}, True),
            ("on a Sunday", date(2026, 11, 22), time(9), {}, False),
            ("on a Sunday who wants it", date(2026, 11, 22), time(9), {"weekdays": (6,)}, True),
            ("never", TODAY, time(9), {"weekdays": ()}, False),
            ("at another hour, early", TODAY, time(16, 59), {"at": time(17)}, False),
            ("at another hour", TODAY, time(17), {"at": time(17)}, True),
            ("no quiet hours", TODAY, time(23), {"quiet_to": time(21)}, True),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("zone", [NEW_YORK, CHICAGO])
    def test_holds_in_the_zone_of_the_user(self, _case, day, hour, changes, expected, zone):
        wish = replace(WISH, zone=zone, **changes)

        assert digest.day_due(wish, clock.moment(day, hour, zone)) == (day if expected else None)

    @pytest.mark.parametrize(
        ("_case", "day", "utc_hour"),
        [
            ("the spring day", date(2026, 3, 8), 12),
            ("the day before", date(2026, 3, 7), 13),
            ("the autumn day", date(2026, 11, 1), 13),
            ("the day before that", date(2026, 10, 31), 12),
            ("a leap day", date(2028, 2, 29), 13),
            ("a month's end", date(2026, 4, 30), 12),
            ("the year's end", date(2026, 12, 31), 13),
            ("New Year", date(2027, 1, 1), 13),
        ],
    )
    def test_comes_at_the_hour_on_special_days(self, _case, day, utc_hour):
        wish = replace(WISH, weekdays=tuple(range(7)))
        at = datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)

        assert digest.day_due(wish, at - timedelta(minutes=1)) is None
        assert digest.day_due(wish, at) == day
        eastern = replace(wish, zone=CHICAGO)
        assert digest.day_due(eastern, at) is None
        assert digest.day_due(eastern, at + timedelta(hours=1)) == day

    def test_comes_after_an_hour_that_the_spring_leaves_out(self):
        wish = replace(WISH, at=time(2, 30), weekdays=(6,), quiet_from=time(21), quiet_to=time(21))

        assert digest.day_due(wish, datetime(2026, 3, 8, 7, 29, tzinfo=UTC)) is None
        assert digest.day_due(wish, datetime(2026, 3, 8, 7, 30, tzinfo=UTC)) == date(2026, 3, 8)

    def test_comes_once_in_an_hour_that_the_autumn_repeats(self):
        day = date(2026, 11, 1)
        wish = replace(WISH, at=time(1, 30), weekdays=(6,), quiet_from=time(21), quiet_to=time(21))

        assert digest.day_due(wish, datetime(2026, 11, 1, 5, 30, tzinfo=UTC)) == day
        again = replace(wish, done_on=day)
        assert digest.day_due(again, datetime(2026, 11, 1, 6, 30, tzinfo=UTC)) is None


class TestLeftOut:
    @pytest.mark.parametrize(
        ("_case", "changes", "expected"),
        [
            ("past due", {}, ""),
            ("in grace", {"status": "in_grace"}, ""),
            ("initial payment due", {"status": "binder_due"}, ""),
            ("initial payment past due", {"status": "binder_past_due"}, ""),
            ("due soon", {"status": "due_soon", "severity": None}, ""),
            ("due soon, paid by itself", {"status": "due_soon", "autopay": True}, "autopay"),
            ("due today", {"status": "due_soon", "deadline": TODAY}, ""),
            ("due in 15 days", {"status": "due_soon", "deadline": date(2026, 12, 8)}, ""),
            ("due in 16 days", {"status": "due_soon", "deadline": date(2026, 12, 9)}, "not_soon"),
            ("was due yesterday", {"status": "due_soon", "deadline": date(2026, 11, 22)},
             "not_soon"),
            ("due some day", {"status": "due_soon", "deadline": None}, "not_soon"),
            ("somebody said what became of it", {"severity": None}, "no_risk"),
            ("stale", {"is_stale": True}, "stale"),
            ("premium is nothing", {"premium": Decimal("0.00")}, "free"),
            ("premium is unknown", {"premium": None}, ""),
            ("nothing is owed", {"amount_due": Decimal(0)}, "free"),
            ("cancelled", {"policy_meaning": "cancelled"}, "ended"),
            ("terminated", {"policy_meaning": "terminated"}, "ended"),
            ("lapsed", {"policy_meaning": "lapsed"}, "ended"),
            ("pending", {"policy_meaning": "pending"}, ""),
            ("archived", {"is_archived": True}, "archived"),
            ("past due, no Premier Partner", {"is_premier": False}, "not_premier"),
            ("past due by hand, no Premier Partner", {"is_premier": False, "is_by_hand": True},
             "not_premier"),
            ("initial payment by hand, no Premier Partner",
             {"is_premier": False, "is_by_hand": True, "status": "binder_due"}, ""),
            ("initial payment past due by hand",
             {"is_premier": False, "is_by_hand": True, "status": "binder_past_due"}, ""),
            ("initial payment of a file, no Premier Partner",
             {"is_premier": False, "status": "binder_due"}, "not_premier"),
        ],
    )  # fmt: skip
    def test_names_each_condition(self, _case, changes, expected):
        assert digest.left_out(replace(PAST_DUE, **changes), TODAY) == expected

    @pytest.mark.parametrize("status", sorted(set(PaymentStatus.values) - set(digest.STATUSES)))
    def test_leaves_out_what_is_not_due(self, status):
        assert digest.left_out(replace(PAST_DUE, status=status), TODAY) == "not_due"


class TestLines:
    def test_puts_news_first_then_the_gravest_then_the_soonest(self):
        found = [
            replace(PAST_DUE, policy_id=1, severity=3, deadline=date(2026, 12, 9)),
            replace(PAST_DUE, policy_id=2, severity=3, deadline=date(2026, 12, 1)),
            replace(PAST_DUE, policy_id=3, severity=2, deadline=None, status="in_grace"),
            replace(PAST_DUE, policy_id=4, severity=4, status="binder_due"),
            replace(PAST_DUE, policy_id=5, severity=None, status="due_soon"),
            replace(PAST_DUE, policy_id=6, severity=1, status="in_grace"),
        ]
        told = {"1": "past_due", "2": "past_due", "3": "past_due", "6": "in_grace"}

        lines = digest.lines(found, told=told, today=TODAY)

        assert [line.facts.policy_id for line in lines] == [3, 4, 5, 6, 2, 1]
        assert [line.is_new for line in lines] == [True, True, True, False, False, False]

    def test_names_nobody_in_full(self):
        (line,) = digest.lines([PAST_DUE], told={}, today=TODAY)

        assert line.name == "Ana L."

    def test_is_empty_when_nothing_qualifies(self):
        assert digest.lines([replace(PAST_DUE, is_stale=True)], told={}, today=TODAY) == []
