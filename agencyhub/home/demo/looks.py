"""Who looked at whom in the demo: four weeks of work, and one evening that asks for an answer."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from agencyhub.accounts.models import User
from individuals.models import Individual, Look

DAYS = 28
A_DAY = 7
WORK_BEGINS, WORK_ENDS = 15, 23  # UTC: 9 AM to 5 PM in Chicago
EVENING = 4  # UTC: 10 PM there
CURIOUS, CURIOUS_OPENED = "admin", 36
WORKING = ("agent1", "agent2", "callcenter1", "admin")
SATURDAY = 5


def write_looks(*, users: Sequence[User], as_of: date) -> None:
    """Note the looks of the days before ``as_of``."""
    by_name = {user.username: user for user in users}
    looks = [look for name in WORKING for look in _of_work(by_name[name], as_of)]
    looks += _of_an_evening(by_name[CURIOUS], as_of)
    Look.objects.bulk_create(looks, ignore_conflicts=True)


def _of_work(user: User, as_of: date) -> Iterator[Look]:
    """Seven people in reach on each working day, hour after hour."""
    seen = Individual.objects.visible_to(user).order_by("pk")
    pks = list(seen.values_list("pk", flat=True)[: A_DAY * DAYS])
    for back in range(2, DAYS):
        day = as_of - timedelta(days=back)
        if day.weekday() >= SATURDAY:
            continue
        for number, pk in enumerate(pks[back * A_DAY : (back + 1) * A_DAY]):
            yield _look(user, pk, day, hour=WORK_BEGINS + number % (WORK_ENDS - WORK_BEGINS))


def _of_an_evening(user: User, as_of: date) -> Iterator[Look]:
    """Three dozen people, late at night."""
    seen = Individual.objects.visible_to(user)
    for pk in seen.order_by("-pk").values_list("pk", flat=True)[:CURIOUS_OPENED]:
        yield _look(user, pk, as_of - timedelta(days=1), hour=EVENING)


def _look(user: User, pk: int, day: date, *, hour: int) -> Look:
    at = datetime.combine(day, time(hour, pk % 60), UTC)
    return Look(
        individual_id=pk,
        user=user,
        how=Look.How.SCREEN,
        hour=at.replace(minute=0),
        looked_at=at,
    )
