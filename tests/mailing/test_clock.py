"""Local hours, over the days on which clocks change."""

from datetime import UTC, date, datetime, time

import pytest

from agencyhub.mailing import clock

NEW_YORK, CHICAGO, PHOENIX = "America/New_York", "America/Chicago", "America/Phoenix"


class TestMoment:
    @pytest.mark.parametrize(
        ("_case", "day", "hour", "zone", "expected"),
        [
            ("winter", date(2026, 1, 15), time(8), NEW_YORK, (2026, 1, 15, 13, 0)),
            ("summer", date(2026, 7, 15), time(8), NEW_YORK, (2026, 7, 15, 12, 0)),
            ("spring, before", date(2026, 3, 8), time(1, 30), NEW_YORK, (2026, 3, 8, 6, 30)),
            ("an hour left out", date(2026, 3, 8), time(2, 30), NEW_YORK, (2026, 3, 8, 7, 30)),
            ("the spring day, after", date(2026, 3, 8), time(8), NEW_YORK, (2026, 3, 8, 12, 0)),
            ("the same day, a zone on", date(2026, 3, 8), time(8), CHICAGO, (2026, 3, 8, 13, 0)),
            ("a repeated hour is the first", date(2026, 11, 1), time(1, 30), NEW_YORK,
             (2026, 11, 1, 5, 30)),
            ("the autumn day, after", date(2026, 11, 1), time(8), NEW_YORK, (2026, 11, 1, 13, 0)),
            ("the autumn day, a zone on", date(2026, 11, 1), time(8), CHICAGO,
             (2026, 11, 1, 14, 0)),
            ("no daylight saving", date(2026, 7, 15), time(8), PHOENIX, (2026, 7, 15, 15, 0)),
        ],
    )  # fmt: skip
    def test_is_what_a_clock_there_shows(self, _case, day, hour, zone, expected):
        assert clock.moment(day, hour, zone) == datetime(*expected, tzinfo=UTC)


class TestIsQuiet:
    @pytest.mark.parametrize(
        ("_case", "hour", "minute", "expected"),
        [
            ("a minute before the evening", 20, 59, False),
            ("the evening begins", 21, 0, True),
            ("midnight", 0, 0, True),
            ("a minute before the morning", 7, 59, True),
            ("the morning begins", 8, 0, False),
            ("noon", 12, 0, False),
        ],
    )
    @pytest.mark.parametrize(
        "day", [(2026, 1, 15), (2026, 3, 8), (2026, 11, 1), (2028, 2, 29), (2026, 12, 31)]
    )
    @pytest.mark.parametrize("zone", [NEW_YORK, CHICAGO])
    def test_holds_over_midnight(self, _case, hour, minute, expected, day, zone):
        at = clock.moment(date(*day), time(hour, minute), zone)

        assert clock.is_quiet(at, zone=zone, start=time(21), end=time(8)) is expected

    @pytest.mark.parametrize(("hour", "expected"), [(11, False), (12, True), (13, False)])
    def test_holds_within_a_day(self, hour, expected):
        assert clock.lies_within(time(hour), start=time(12), end=time(13)) is expected

    def test_is_never_between_equal_ends(self):
        assert not clock.lies_within(time(8), start=time(8), end=time(8))


class TestEndOfDay:
    @pytest.mark.parametrize(
        ("_case", "at", "expected"),
        [
            ("in the morning: the evening", (2026, 6, 1, 13, 0), (2026, 6, 2, 1, 0)),
            ("in the evening: midnight", (2026, 6, 2, 2, 0), (2026, 6, 2, 4, 0)),
            ("on the spring day", (2026, 3, 8, 13, 0), (2026, 3, 9, 1, 0)),
            ("on the autumn day", (2026, 11, 1, 13, 0), (2026, 11, 2, 2, 0)),
            ("on New Year's Eve", (2026, 12, 31, 14, 0), (2027, 1, 1, 2, 0)),
        ],
    )
    def test_is_the_evening_or_midnight(self, _case, at, expected):
        end = clock.end_of_day(datetime(*at, tzinfo=UTC), zone=NEW_YORK, quiet_from=time(21))

        assert end == datetime(*expected, tzinfo=UTC)
