"""Which submissions HealthSherpa has given up, as far as our side can see. Pure.

It tries again after 20 seconds, 10 minutes and an hour. What we refused each time, and did not get
later either, is lost unless somebody fetches it.
Source: HealthSherpa's webhook article, ``reference/medicare.md`` 4.3, read 2026-11-22.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

TRIES = 4
LAST_WAIT = timedelta(hours=1)
SLACK = timedelta(minutes=10)


@dataclass(frozen=True)
class Refusal:
    """A delivery that we refused. ``application`` tells deliveries of one submission apart."""

    application: str
    at: datetime
    code: str


@dataclass(frozen=True)
class GivenUp:
    """A submission that did not arrive and will not come by itself."""

    application: str
    first_at: datetime
    last_at: datetime
    tries: int
    code: str


def given_up(
    refusals: Iterable[Refusal], *, arrived: Mapping[str, datetime], now: datetime
) -> list[GivenUp]:
    """Submissions refused so often or so long ago that no retry is to come, newest first.

    ``arrived`` says when something of an application was last accepted: a later success settles
    what was refused before.
    """
    by_application: dict[str, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        settled = arrived.get(refusal.application)
        if settled is None or settled < refusal.at:
            by_application[refusal.application].append(refusal)
    found = []
    for application, rows in by_application.items():
        last = max(rows, key=lambda row: row.at)
        first_at = min(row.at for row in rows)
        if len(rows) >= TRIES or now - last.at > LAST_WAIT + SLACK:
            found.append(GivenUp(application, first_at, last.at, len(rows), last.code))
    return sorted(found, key=lambda one: one.last_at, reverse=True)
