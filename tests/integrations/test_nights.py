"""When the night's run is due."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from integrations.nights import due_night

NEW_YORK = ZoneInfo("America/New_York")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def due(now, *, start=time(0), zone=NEW_YORK, since=LONG_AGO):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    return due_night(now=moment, start=start, zone=zone, active_since=since)


@pytest.mark.parametrize(
    ("_case", "now", "night"),
    [
        ("a minute before midnight in New York", "2026-11-23T04:59", date(2026, 11, 22)),
        ("midnight in New York", "2026-11-23T05:00", date(2026, 11, 23)),
        ("hours later, when the machine was off", "2026-11-23T14:00", date(2026, 11, 23)),
        ("midnight in summer", "2026-07-01T04:00", date(2026, 7, 1)),
        ("the night the clocks go back", "2026-11-01T04:00", date(2026, 11, 1)),
        ("the night the clocks go forward", "2026-03-08T05:00", date(2026, 3, 8)),
    ],
)
def test_begins_at_midnight_of_the_agency(_case, now, night):
    assert due(now) == night


def test_begins_at_the_hour_that_is_set():
    assert due("2026-11-23T06:59", start=time(2)) == date(2026, 11, 22)
    assert due("2026-11-23T07:00", start=time(2)) == date(2026, 11, 23)


def test_does_not_run_for_a_night_before_it_was_activated():
    since = datetime(2026, 11, 22, 15, tzinfo=UTC)

    assert due("2026-11-22T16:00", since=since) is None
    assert due("2026-11-23T05:00", since=since) == date(2026, 11, 23)
