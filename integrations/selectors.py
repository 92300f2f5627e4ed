"""Reads of the integrations' pages: health, inbox, held messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib import keyset
from agencyhub.lib.db import CappedCount
from integrations.models import Heartbeat, InboundMessage, TouchedRecord
from integrations.screens import ValueGroup

State = InboundMessage.State
MOST_COUNTED = 1000
HELD_PAGE = 8
RECENT = timedelta(days=7)
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
}
UNMAPPED = "unmapped_plan_type"
PAGES = {
    "individual": (_("Individual"), "individuals:individual_detail"),
    "sales_record": (_("Sales Record"), "individuals:salesrecord_detail"),
    "policy": (_("Policy"), "policies:policy_detail"),
    "application": (_("Application"), "commissions:application_detail"),
    "carrier": (_("Carrier"), "policies:carrier_detail"),
    "carrier_product": (_("Carrier product"), "policies:carrierproduct_detail"),
}
HELD_FIRST = (keyset.Key("pk"),)


@dataclass(frozen=True)
class Counted:
    """A number of messages, counted no further than ``MOST_COUNTED``."""

    value: int

    def __str__(self) -> str:
        return f"{MOST_COUNTED:,}+" if self.value > MOST_COUNTED else f"{self.value:,}"

    def __bool__(self) -> bool:
        return self.value > 0


@dataclass(frozen=True)
class PartnerHealth:
    """How one partner's messages are doing."""

    slug: str
    title: str
    is_active: bool
    refusal: str
    last_received: datetime | None
    last_applied: datetime | None
    backlog: Counted
    held: Counted
    failed: Counted
    rejected: Counted
    attention: Counted

    @property
    def state(self) -> tuple[str, str]:
        """A word and its tone."""
        if not self.is_active:
            return gettext("Not active"), "neutral"
        if self.failed:
            return gettext("Needs attention"), "danger"
        if self.held or self.rejected or self.attention:
            return gettext("Needs attention"), "warning"
        return gettext("Working"), "success"


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


def partner_health(*, slug: str, title: str, refusal: str, now: datetime) -> PartnerHealth:
    """Count a partner's messages by what has to be done about them, in one query."""
    rows = InboundMessage.objects.filter(partner=slug)
    applied = rows.filter(state=State.APPLIED).order_by("-pk")
    counted = {
        "backlog": rows.waiting(),
        "held": rows.filter(state=State.HELD),
        "failed": rows.filter(state=State.FAILED),
        "rejected": rows.filter(state=State.REJECTED, received_at__gte=now - RECENT),
        "attention": rows.filter(needs_attention=True),
    }
    newest = (
        rows.order_by("-pk")
        .annotate(
            last_applied=Subquery(applied.values("finished_at")[:1]),
            **{key: CappedCount(some, limit=MOST_COUNTED) for key, some in counted.items()},
        )
        .values("received_at", "last_applied", *counted)
        .first()
    )
    found = newest or {}
    return PartnerHealth(
        slug=slug,
        title=title,
        is_active=not refusal,
        refusal=refusal,
        last_received=found.get("received_at"),
        last_applied=found.get("last_applied"),
        **{key: Counted(found.get(key, 0)) for key in counted},
    )


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


def inbox_page(*, state: str, params: Mapping[str, Any]) -> keyset.KeysetPage[InboundMessage]:
    """Messages, newest first, without bodies; ``state`` may also be "attention"."""
    rows = InboundMessage.objects.defer("body", "decision")
    if state in State.values:
        rows = rows.filter(state=state)
    elif state == "attention":
        rows = rows.filter(needs_attention=True)
    return keyset.page(rows, order=keyset.NEWEST_FIRST, params=params)


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
    return TouchedLink(f"{noun} {row.record_id}", row.action, url)


def held_people(*, params: Mapping[str, Any]) -> keyset.KeysetPage[InboundMessage]:
    """Held messages that are each decided alone, oldest first."""
    rows = InboundMessage.objects.filter(state=State.HELD).exclude(code=UNMAPPED)
    return keyset.page(rows, order=HELD_FIRST, params=params, size=HELD_PAGE)


def held_values() -> Sequence[ValueGroup]:
    """Unknown plan types and how many messages wait for each, the most wanted first."""
    rows = (
        InboundMessage.objects.filter(state=State.HELD, code=UNMAPPED)
        .annotate(value=KeyTextTransform("plan_type", "details"))
        .values_list("partner", "value")
        .annotate(waiting=Count("pk"))
        .order_by("-waiting", "value", "partner")
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
