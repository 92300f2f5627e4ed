"""How a partner that delivers messages is doing: its report, from one look at the inbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import ApiKey
from agencyhub.lib.db import CappedCount
from integrations import asked
from integrations.models import InboundMessage
from integrations.reports import MOST_COUNTED, SOON, Counted, Door, Ending, Report, judge
from integrations.services.correcting import STRANGERS

State = InboundMessage.State
RECENT = timedelta(days=7)
MOMENT = timedelta(microseconds=1)
UNWANTED = (*STRANGERS, "integration_inactive")
"""Codes of deliveries that nobody knows to be the partner's, or that were not wanted at all."""
AS_IT_COMES = _("When it is sent")


@dataclass(frozen=True)
class Intake:
    """What the inbox knows of a partner. ``failures`` failed since the last that ended well."""

    last_received: datetime | None
    oldest_waiting: datetime | None
    reason: str
    backlog: Counted
    held: Counted
    failed: Counted
    rejected: Counted
    attention: Counted
    failures: int


def intake(slug: str, *, now: datetime) -> Intake:
    """Count a partner's messages by what has to be done about them, in one query."""
    rows = InboundMessage.objects.filter(partner=slug)
    wrong = rows.filter(state__in=[State.FAILED, State.REJECTED]).exclude(code__in=UNWANTED)
    well = rows.filter(state__in=InboundMessage.ENDED_WELL).order_by("-pk").values("pk")
    since = wrong.filter(pk__gt=Coalesce(Subquery(well[:1]), Value(0)))
    counted: dict[str, QuerySet[InboundMessage]] = {
        "backlog": rows.waiting(),
        "held": rows.filter(state=State.HELD),
        "failed": rows.filter(state=State.FAILED),
        "rejected": rows.filter(state=State.REJECTED, received_at__gte=now - RECENT),
        "attention": rows.filter(needs_attention=True),
        "failures": since,
    }
    found: dict[str, Any] = (
        rows.order_by("-pk")
        .annotate(
            oldest=Subquery(rows.waiting().order_by("pk").values("received_at")[:1]),
            last_reason=Subquery(since.order_by("-pk").values("reason")[:1]),
            **{key: CappedCount(some, limit=MOST_COUNTED) for key, some in counted.items()},
        )
        .values("received_at", "oldest", "last_reason", *counted)
        .first()
    ) or {}
    return Intake(
        last_received=found.get("received_at"),
        oldest_waiting=found.get("oldest"),
        reason=found.get("last_reason") or "",
        failures=found.get("failures", 0),
        **{key: Counted(found.get(key, 0)) for key in counted if key != "failures"},
    )


def report(
    *,
    slug: str,
    title: str,
    url: str,
    icon: str,
    refusal: str,
    now: datetime,
    endings: tuple[Ending, ...] = (),
    is_silent: bool = False,
    is_expired: bool = False,
    headline: str = "",
) -> Report:
    """Say how a partner's deliveries are doing; what only the partner's package knows is given."""
    found = intake(slug, now=now)
    doors = _doors(slug, found)
    needs = bool(found.held or found.failed or found.rejected or found.attention)
    return Report(
        key=slug,
        title=title,
        url=url,
        icon=icon,
        state=judge(
            is_active=not refusal,
            failures=found.failures,
            is_silent=is_silent,
            is_expired=is_expired,
            needs_somebody=needs,
            has_run=found.last_received is not None,
        ),
        text=refusal
        and gettext("%(refusal)s Deliveries are refused until then.") % {"refusal": refusal},
        headline=headline,
        error=found.reason,
        failures=found.failures,
        last_at=found.last_received,
        next_words=AS_IT_COMES,
        oldest_at=found.oldest_waiting,
        backlog=doors[0],
        doors=doors[1:],
        endings=endings,
    )


def _doors(slug: str, found: Intake) -> list[Door]:
    return [
        Door(_("Waiting"), found.backlog, inbox(partner=slug, state="waiting"), "info"),
        Door(_("Failed"), found.failed, inbox(partner=slug, state=State.FAILED), "danger"),
        Door(_("Held for review"), found.held, inbox(partner=slug, state=State.HELD)),
        Door(_("Applied, to complete"), found.attention, inbox(partner=slug, state="attention")),
        Door(
            _("Rejected in 7 days"),
            found.rejected,
            inbox(partner=slug, state=State.REJECTED, days=RECENT.days),
        ),
    ]


def inbox(**filters: object) -> str:
    """The address of the messages that fit."""
    return f"{reverse('integrations:inbox_list')}?{urlencode(filters)}"


def keys_ending(scope: str, *, now: datetime) -> tuple[Ending, ...]:
    """The keys of a scope that end soon; those that were followed by another are over quietly."""
    page = reverse("accounts:apikey_list")
    return tuple(
        Ending(
            gettext("Key “%(name)s”") % {"name": key.name},
            # Who chose a last day chose the midnight after it.
            timezone.localdate(key.expires_at - MOMENT),
            page,
        )
        for key in _keys()
        if key.scope == scope and key.expires_at and now < key.expires_at <= now + SOON
    )


def has_lost_its_keys(scope: str, *, now: datetime) -> bool:
    """Whether there were keys of a scope, and the last one that worked has expired."""
    ends = [key.expires_at for key in _keys() if key.scope == scope]
    return bool(ends) and all(end is not None and end <= now for end in ends)


@asked.shared
def _keys() -> list[ApiKey]:
    """The keys of every scope that were not revoked, those that end first first."""
    return list(ApiKey.objects.filter(revoked_at=None).order_by("expires_at", "pk"))
