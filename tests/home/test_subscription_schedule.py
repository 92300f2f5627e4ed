from datetime import UTC, date, datetime, time, timedelta

import pytest

from agencyhub.home.subscriptions.schedule import Plan, day_due, next_at

NEW_YORK = "America/New_York"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def plan(frequency="daily", **changes):
    usual = {
        "hour": time(8), "weekday": 0, "month_day": 1, "zone": NEW_YORK,
        "quiet_from": time(21), "quiet_to": time(7), "since": LONG_AGO,
    }  # fmt: skip
    return Plan(frequency=frequency, **{**usual, **changes})


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


class TestDayDue:
    @pytest.mark.parametrize(
        ("_case", "wanted", "at", "day"),
        [
            ("a minute early", plan(), utc(2026, 11, 16, 12, 59), date(2026, 11, 15)),
            ("the hour", plan(), utc(2026, 11, 16, 13), date(2026, 11, 16)),
            ("summer time", plan(), utc(2026, 7, 6, 12), date(2026, 7, 6)),
            ("another zone, before", plan(zone="America/Los_Angeles"),
             utc(2026, 11, 16, 15, 59), date(2026, 11, 15)),
            ("another zone", plan(zone="America/Los_Angeles"),
             utc(2026, 11, 16, 16), date(2026, 11, 16)),
            ("the weekday", plan("weekly"), utc(2026, 11, 16, 13), date(2026, 11, 16)),
            ("a day too late is made up for", plan("weekly"),
             utc(2026, 11, 17, 13), date(2026, 11, 16)),
            ("two days are too late", plan("weekly"), utc(2026, 11, 18, 13), None),
            ("the day of the month", plan("monthly", month_day=16),
             utc(2026, 11, 16, 13), date(2026, 11, 16)),
            ("a day that the month lacks", plan("monthly", month_day=31),
             utc(2026, 2, 28, 13), date(2026, 2, 28)),
            ("not before it", plan("monthly", month_day=31), utc(2026, 2, 27, 13), None),
            ("quiet", plan(hour=time(20)), utc(2026, 11, 17, 2), None),
            ("after the quiet hours", plan(hour=time(22)),
             utc(2026, 11, 17, 12), date(2026, 11, 16)),
            ("looked after", plan(done_on=date(2026, 11, 16)), utc(2026, 11, 16, 14), None),
            ("older than the last one", plan(done_on=date(2026, 11, 17)),
             utc(2026, 11, 16, 14), None),
            ("only from now on", plan(since=utc(2026, 11, 16, 13, 30)),
             utc(2026, 11, 16, 14), None),
        ],
    )  # fmt: skip
    def test_is(self, _case, wanted, at, day):
        assert day_due(wanted, at) == day

    @pytest.mark.parametrize(
        ("_case", "hour", "day", "moment"),
        [
            ("an hour that the spring leaves out comes as much later",
             time(2, 30), date(2026, 3, 8), utc(2026, 3, 8, 7, 30)),
            ("of an hour that the autumn repeats it is the first",
             time(1, 30), date(2026, 11, 1), utc(2026, 11, 1, 5, 30)),
        ],
    )  # fmt: skip
    def test_comes_once_when_the_clocks_change(self, _case, hour, day, moment):
        wanted = plan(hour=hour, quiet_from=time(0), quiet_to=time(0))

        assert day_due(wanted, moment - timedelta(minutes=1)) == day - timedelta(days=1)
        assert day_due(wanted, moment) == day
        done = plan(hour=hour, quiet_from=time(0), quiet_to=time(0), done_on=day)
        assert [day_due(done, moment + timedelta(hours=hours)) for hours in range(1, 20)] == (
            [None] * 19
        )


class TestNextAt:
    def test_is_the_next_occasion(self):
        at = utc(2026, 11, 16, 13)

        assert next_at(plan(), at) == utc(2026, 11, 17, 13)
        assert next_at(plan("weekly"), at) == utc(2026, 11, 23, 13)
        assert next_at(plan("monthly", month_day=31), at) == utc(2026, 11, 30, 13)
