"""Reads for the settings and the health page: how each Premier Partner's statuses come in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from integrations.carriers.models import Connection
from integrations.premier.models import Delivery, Feed, Pull
from policies.models import Carrier, PremierTerm

SHOWN = 20
MOST_FAILED = 1000
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
    partners = Carrier.objects.filter(pk__in=terms.keys() | feeds.keys())
    found = list(partners.order_by("name_key", "pk"))
    files = set(
        Connection.objects.filter(is_active=True)
        .exclude(status_pattern="")
        .values_list("carrier_id", flat=True)
    )
    last = _last(found)
    counts = _counts(last.values())
    return [
        FeedRow(
            carrier=one,
            feed=feeds.get(one.pk),
            term=terms.get(one.pk),
            has_files=one.pk in files,
            last=last.get(one.pk),
            counts=counts.get(one.pk, dict.fromkeys(COUNTS, 0)),
            is_late=_is_late(terms.get(one.pk), last.get(one.pk), now=now),
        )
        for one in found
    ]


def _last(carriers: Iterable[Carrier]) -> dict[int, Delivery]:
    """The newest statement of each carrier."""
    rows = Delivery.objects.filter(carrier__in=[one.pk for one in carriers])
    newest = rows.order_by("carrier", "-as_of", "-pk").distinct("carrier")
    return {one.carrier_id: one for one in newest}


def _counts(deliveries: Iterable[Delivery]) -> dict[int, dict[str, int]]:
    """What all parts of statements brought: those of one moment, through one door."""
    wanted = {(one.carrier_id, one.source, one.as_of) for one in deliveries}
    parts = Delivery.objects.filter(
        carrier__in={carrier for carrier, *_ in wanted}, as_of__in={as_of for *_, as_of in wanted}
    )
    of = parts.values("carrier", "source", "as_of").order_by()
    summed: Any = of.annotate(**{f"all_{name}": Sum(name) for name in COUNTS})
    return {
        row["carrier"]: {name: row[f"all_{name}"] for name in COUNTS}
        for row in summed
        if (row["carrier"], row["source"], row["as_of"]) in wanted
    }


def _is_late(term: PremierTerm | None, last: Delivery | None, *, now: datetime) -> bool:
    if term is None:
        return False
    return last is None or last.as_of + timedelta(hours=term.promised_hours) <= now


def failed_pulls(feeds: Iterable[Feed]) -> Mapping[int, Sequence[Pull]]:
    """The questions of each feed that failed since one was answered, the newest first.

    One that waits to be asked again counts as often as it failed.
    """
    done = Pull.objects.filter(feed=OuterRef("feed"), state=Pull.State.DONE).order_by("-pk")
    broken = Q(state=Pull.State.FAILED) | Q(state__in=Pull.OPEN, failures__gt=0)
    rows = Pull.objects.filter(broken, feed__in=[feed.pk for feed in feeds])
    rows = rows.filter(pk__gt=Coalesce(Subquery(done.values("pk")[:1]), Value(0)))
    found: dict[int, list[Pull]] = defaultdict(list)
    for pull in rows.order_by("-pk")[:MOST_FAILED]:
        found[pull.feed_id] += [pull] * max(1, pull.failures)
    return found


def recent_deliveries(feed: Feed) -> list[Delivery]:
    """What came last, the newest first."""
    return list(Delivery.objects.filter(carrier=feed.carrier_id).order_by("-pk")[:SHOWN])


def last_pull(feed: Feed) -> Pull | None:
    """How the status API was asked last."""
    return Pull.objects.filter(feed=feed).order_by("-pk").first()
