"""On which day a key is said to end."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from agencyhub.accounts.models import ApiKey
from agencyhub.lib.midnights import midnight
from integrations import receiving

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("_case", "expires_at", "day"),
    [
        ("with a last day", midnight(date(2027, 1, 1)), date(2026, 12, 31)),
        ("at noon", midnight(date(2027, 1, 1)) + timedelta(hours=12), date(2027, 1, 1)),
    ],
)
def test_is_the_last_one_that_it_works_on(_case, expires_at, day):
    ApiKey.objects.create(
        name="Humana", scope="premier", prefix="abc", digest=b"1", expires_at=expires_at
    )

    (ending,) = receiving.keys_ending("premier", now=NOW)

    assert ending.day == day


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "America/Los_Angeles"])
def test_is_that_of_the_reader_late_in_the_evening(zone):
    with timezone.override(zone):
        last = midnight(date(2027, 1, 1))
        ApiKey.objects.create(
            name="Humana", scope="premier", prefix="abc", digest=b"1", expires_at=last
        )

        (ending,) = receiving.keys_ending("premier", now=last - timedelta(hours=2))

    assert ending.day == date(2026, 12, 31)
