"""Reads of the integrations' pages: health, inbox, held messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib import keyset
from integrations import problems
from integrations.models import (
    Heartbeat,
    InboundMessage,
    Incident,
    RetriedMessage,
    Retry,
    TouchedRecord,
)
from integrations.reports import MOST_COUNTED, Counted
from integrations.screens import ValueGroup

State = InboundMessage.State
HELD_PAGE = 8
PAST_SHOWN = 10
ALIVE = timedelta(minutes=3)
TONES = {
    State.RECEIVED: "info",
    State.PROCESSING: "info",
    State.APPLIED: "success",
    State.HELD: "warning",
    State.FAILED: "danger",
    State.IGNORED: "neutral",
    State.DUPLICATE: "neutral",
    State.REJECTED: "danger",
    State.CORRECTED: "neutral",
}
UNMAPPED = problems.UNMAPPED
PAGES = {
    "individual": (_("Individual"), "individuals:individual_detail"),
    "sales_record": (_("Sales Record"), "individuals:salesrecord_detail"),
    "policy": (_("Policy"), "policies:policy_detail"),
    "application": (_("Application"), "commissions:application_detail"),
    "carrier": (_("Carrier"), "policies:carrier_detail"),
    "carrier_product": (_("Carrier product"), "policies:carrierproduct_detail"),
}
ACTIONS = {
    "created": _("Created"),
    "updated": _("Changed"),
    "matched": _("Matched"),
    "merged": _("Merged"),
    "converted": _("Converted"),
}
HELD_FIRST = (keyset.Key("pk"),)


@dataclass(frozen=True)
class Process:
    """A background process and whether it was seen lately."""

    name: str
    seen_at: datetime | None
    is_alive: bool


@dataclass(frozen=True)
class TouchedLink:
    """A record that a message made or changed."""

    text: str
    action: str
    url: str


def count(rows: QuerySet[InboundMessage]) -> Counted:
    """Count up to ``MOST_COUNTED``; one more stands for "and more"."""
    return Counted(rows.order_by("-pk")[: MOST_COUNTED + 1].count())


def processes(*, now: datetime) -> list[Process]:
    """The worker and the scheduler, as their heartbeats show them."""
    seen = {beat.process: beat.seen_at for beat in Heartbeat.objects.all()}
    names = (("worker", gettext("Worker")), ("beat", gettext("Scheduler")))
    return [
        Process(words, seen.get(key), bool(seen.get(key)) and now - seen[key] <= ALIVE)
        for key, words in names
    ]


@dataclass(frozen=True)
class Shown:
    """Which messages the inbox shows; what is blank or None does not matter.

    ``state`` may also be "attention" or "waiting". ``like`` is the digest of a value.
    """

    state: str = ""
    partner: str = ""
    code: str = ""
    like: str = ""
    retry: int | None = None
    since: datetime | None = None

    def rows(self) -> QuerySet[InboundMessage]:
        """The messages."""
        rows = InboundMessage.objects.all()
        if self.state in State.values:
            rows = rows.filter(state=self.state)
        elif self.state == "attention":
            rows = rows.filter(needs_attention=True)
        elif self.state == "waiting":
            rows = rows.filter(state__in=InboundMessage.WAITING)
        asked = {"partner": self.partner, "code": self.code, "received_at__gte": self.since}
        rows = rows.filter(**{key: value for key, value in asked.items() if value})
        if self.retry is not None:
            rows = rows.filter(pk__in=RetriedMessage.objects.of(self.retry))
        return problems.like(self.like, rows) if self.like else rows


def inbox_page(*, shown: Shown, params: Mapping[str, Any]) -> keyset.KeysetPage[InboundMessage]:
    """Messages, newest first, without bodies."""
    rows = shown.rows().defer("body", "decision")
    return keyset.page(rows, order=keyset.NEWEST_FIRST, params=params)


def open_incidents() -> Sequence[Incident]:
    """What does not work now, the latest first."""
    return list(Incident.objects.filter(closed_at=None).order_by("-opened_at", "-pk"))


def past_incidents() -> Sequence[Incident]:
    """What did not work lately, the latest first."""
    rows = Incident.objects.filter(closed_at__isnull=False)
    return list(rows.order_by("-closed_at", "-pk")[:PAST_SHOWN])


def retry_counts(retry: Retry) -> dict[str, int]:
    """How the messages of a retry stand now, by state."""
    rows = InboundMessage.objects.filter(pk__in=RetriedMessage.objects.of(retry.pk)).order_by()
    return dict(rows.values("state").annotate(number=Count("pk")).values_list("state", "number"))


def touched_links(message: InboundMessage) -> list[TouchedLink]:
    """Links to the records that a message made or changed."""
    rows = TouchedRecord.objects.filter(message=message).order_by("pk")
    return [_link(row) for row in rows]


def _link(row: TouchedRecord) -> TouchedLink:
    noun, page = PAGES.get(row.kind, (row.kind.replace("_", " "), ""))
    try:
        url = reverse(page, args=[row.record_id]) if page else ""
    except NoReverseMatch:
        url = ""
    action = str(ACTIONS.get(row.action, row.action))
    return TouchedLink(f"{noun} {row.record_id}", action, url)


def held_people(*, params: Mapping[str, Any]) -> keyset.KeysetPage[InboundMessage]:
    """Held messages that are each decided alone, oldest first."""
    rows = InboundMessage.objects.filter(state=State.HELD).exclude(code=UNMAPPED)
    return keyset.page(rows, order=HELD_FIRST, params=params, size=HELD_PAGE)


def held_values() -> Sequence[ValueGroup]:
    """Unknown plan types and how many messages wait for each, the most wanted first."""
    rows = (
        InboundMessage.objects.filter(state=State.HELD, code=UNMAPPED)
        .annotate(plan_type=KeyTextTransform("plan_type", "details"))
        .values_list("partner", "plan_type")
        .annotate(waiting=Count("pk"))
        .order_by("-waiting", "plan_type", "partner")
    )
    return [ValueGroup(partner, value or "", waiting) for partner, value, waiting in rows]


def held_with_value(*, partner: str, value: str) -> list[int]:
    """The messages that wait for one unknown plan type, oldest first."""
    rows = InboundMessage.objects.filter(partner=partner, state=State.HELD, code=UNMAPPED)
    rows = rows.filter(details__plan_type__iexact=value)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def held_left() -> Counted:
    """How many messages wait for a person."""
    return count(InboundMessage.objects.filter(state=State.HELD))


def decided_since(since: datetime) -> Counted:
    """How many messages people decided about since then."""
    rows = InboundMessage.objects.filter(decided_by__isnull=False, finished_at__gte=since)
    return count(rows.exclude(state=State.HELD))
