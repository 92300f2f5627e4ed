"""When a connection is due."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from integrations.carriers.schedule import last_due, next_due

NEW_YORK = ZoneInfo("America/New_York")
EVERY_DAY = range(7)


@pytest.mark.parametrize(
    ("_case", "days", "at", "now", "last", "following"),
    [
        ("later today", EVERY_DAY, time(23), (2026, 11, 22, 12), (2026, 11, 22, 4),
         (2026, 11, 23, 4)),
        ("this very moment", EVERY_DAY, time(7), (2026, 11, 22, 12), (2026, 11, 22, 12),
         (2026, 11, 23, 12)),
        ("only on Mondays", [0], time(2, 30), (2026, 11, 22, 12), (2026, 11, 16, 7, 30),
         (2026, 11, 23, 7, 30)),
        ("only today's weekday, passed", [6], time(2, 30), (2026, 11, 22, 12),
         (2026, 11, 22, 7, 30), (2026, 11, 29, 7, 30)),
        ("the hour that comes twice counts once", EVERY_DAY, time(1, 30), (2026, 11, 1, 8),
         (2026, 11, 1, 5, 30), (2026, 11, 2, 6, 30)),
        ("the hour that is left out", EVERY_DAY, time(2, 30), (2026, 3, 8, 12),
         (2026, 3, 8, 7, 30), (2026, 3, 9, 6, 30)),
    ],
)  # fmt: skip
def test_is_due_in_the_agencys_own_hours(_case, days, at, now, last, following):
    moment = datetime(*now, tzinfo=UTC)

    assert last_due(days=days, at=at, zone=NEW_YORK, now=moment) == datetime(*last, tzinfo=UTC)
    assert next_due(days=days, at=at, zone=NEW_YORK, now=moment) == datetime(*following, tzinfo=UTC)
