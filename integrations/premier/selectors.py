"""Reads for the settings and the health page: how each Premier Partner's statuses come in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Sum

from integrations.carriers.models import Connection
from integrations.premier.models import Delivery, Feed, Pull
from policies.models import Carrier, PremierTerm

SHOWN = 20
ONE_STATEMENT = timedelta(hours=1)
COUNTS = ("told", "new", "changed", "same", "late", "statuses", "unknown", "refused")


@dataclass(frozen=True)
class FeedRow:
    """One carrier: its doors, its promise, and the last statement with what it brought.

    ``counts`` add up the parts of the last statement. ``is_late``: the promise is broken.
    """

    carrier: Carrier
    feed: Feed | None
    term: PremierTerm | None
    has_files: bool
    last: Delivery | None
    counts: dict[str, int]
    is_late: bool

    @property
    def is_ready(self) -> bool:
        """Whether something can come in at all."""
        return bool(self.has_files or (self.feed and self.feed.is_active))


def feed_rows(*, on: date, now: datetime) -> list[FeedRow]:
    """Every carrier that is a Premier Partner on a day, or has a feed; by name."""
    terms = {one.carrier_id: one for one in PremierTerm.objects.on(on)}
    feeds = {one.carrier_id: one for one in Feed.objects.all()}
    found = Carrier.objects.filter(pk__in=terms.keys() | feeds.keys()).order_by("name_key", "pk")
    files = set(
        Connection.objects.filter(is_active=True)
        .exclude(status_pattern="")
        .values_list("carrier_id", flat=True)
    )
    return [
        _row(one, feeds.get(one.pk), terms.get(one.pk), has_files=one.pk in files, now=now)
        for one in found
    ]


def _row(
    carrier: Carrier, feed: Feed | None, term: PremierTerm | None, *, has_files: bool, now: datetime
) -> FeedRow:
    last = Delivery.objects.filter(carrier=carrier).order_by("-as_of", "-pk").first()
    promised = timedelta(hours=term.promised_hours) if term else None
    is_late = promised is not None and (last is None or last.as_of + promised <= now)
    return FeedRow(carrier, feed, term, has_files, last, _counts(last), is_late)


def _counts(last: Delivery | None) -> dict[str, int]:
    """What all parts of a statement brought: those of its moment and door."""
    if last is None:
        return dict.fromkeys(COUNTS, 0)
    parts = Delivery.objects.filter(
        carrier=last.carrier_id,
        source=last.source,
        as_of=last.as_of,
        at__gte=last.at - ONE_STATEMENT,
    )
    return parts.aggregate(**{name: Sum(name) for name in COUNTS})


def recent_deliveries(feed: Feed) -> list[Delivery]:
    """What came last, the newest first."""
    return list(Delivery.objects.filter(carrier=feed.carrier_id).order_by("-pk")[:SHOWN])


def last_pull(feed: Feed) -> Pull | None:
    """How the status API was asked last."""
    return Pull.objects.filter(feed=feed).order_by("-pk").first()
