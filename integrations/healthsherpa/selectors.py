"""Reads for HealthSherpa's page and health: keys, deliveries, and what is missing."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from agencyhub.accounts.models import ApiKey
from agencyhub.lib.crypto import UnreadableSecretError
from integrations.errors import PartnerContractError
from integrations.healthsherpa import giving_up, rhythm
from integrations.healthsherpa.envelopes import open_envelopes
from integrations.healthsherpa.giving_up import GivenUp, Refusal
from integrations.healthsherpa.mapping import read_submission
from integrations.healthsherpa.partner import SLUG, TEST_ID
from integrations.healthsherpa.rhythm import Silence
from integrations.models import InboundMessage
from integrations.services import door_keys

State = InboundMessage.State
SHOWN = 10
WATCHED = timedelta(days=14)
MOST_REFUSALS = 300
MOST_ARRIVALS = 5000
ARRIVED = (State.RECEIVED, State.PROCESSING, State.APPLIED, State.HELD, State.FAILED, State.IGNORED)


@dataclass(frozen=True)
class Gaps:
    """What seems to be missing, and the days to fetch it for."""

    silence: Silence | None
    given_up: list[GivenUp]
    first_day: date | None
    last_day: date | None

    def __bool__(self) -> bool:
        return self.first_day is not None


def live_keys(*, at: datetime) -> list[ApiKey]:
    """The keys that HealthSherpa may use now, oldest first; at most two are made."""
    keys = ApiKey.objects.filter(scope=ApiKey.Scope.HEALTHSHERPA, revoked_at=None)
    return door_keys.live(keys, at=at)


def recent_deliveries() -> list[InboundMessage]:
    """The newest deliveries, without their bodies."""
    rows = InboundMessage.objects.filter(partner=SLUG).defer("body")
    return list(rows.order_by("-pk")[:SHOWN])


def gaps(*, now: datetime) -> Gaps:
    """What HealthSherpa did not deliver, as far as it shows from here."""
    zone = timezone.get_default_timezone()
    quiet, lost = silence(now=now), given_up(now=now)
    days = [one.last_at.astimezone(zone).date() for one in lost]
    days += [one.first_at.astimezone(zone).date() for one in lost]
    days += [quiet.missing_from, now.astimezone(zone).date()] if quiet else []
    return Gaps(quiet, lost, min(days, default=None), max(days, default=None))


def silence(*, now: datetime) -> Silence | None:
    """Whether nothing has come for much longer than usual."""
    zone = timezone.get_default_timezone()
    return rhythm.silence(_arrivals(zone), now=now.astimezone(zone))


def _arrivals(zone: ZoneInfo) -> list[datetime]:
    rows = InboundMessage.objects.filter(partner=SLUG, state__in=ARRIVED)
    rows = rows.exclude(external_id__startswith=TEST_ID).order_by("-pk")
    return [
        at.astimezone(zone) for at in rows.values_list("received_at", flat=True)[:MOST_ARRIVALS]
    ]


def given_up(*, now: datetime) -> list[GivenUp]:
    """Submissions that were refused until HealthSherpa tried no more, the newest first."""
    rows = InboundMessage.objects.filter(
        partner=SLUG, state=State.REJECTED, received_at__gte=now - WATCHED
    )
    refusals = [
        Refusal(_application_in(row), row.received_at, row.code)
        for row in rows.order_by("-pk")[:MOST_REFUSALS]
    ]
    ids = {one.application for one in refusals}
    return giving_up.given_up(refusals, arrived=_arrived(ids, since=now - WATCHED), now=now)


def _arrived(applications: Iterable[str], *, since: datetime) -> dict[str, datetime]:
    """When something of these applications was last accepted."""
    wanted = set(applications)
    if not wanted:
        return {}
    rows = InboundMessage.objects.filter(
        partner=SLUG, state__in=(*ARRIVED, State.DUPLICATE), received_at__gte=since
    )
    found: dict[str, datetime] = {}
    for key, at in rows.order_by("pk").values_list("external_id", "received_at"):
        application = key.rpartition("@")[0]
        if application in wanted:
            found[application] = at
    return found


def _application_in(message: InboundMessage) -> str:
    """The application's id where it can be read, else what tells this body from others."""
    for item in _submissions(message):
        try:
            return read_submission(item).told.external_id
        except PartnerContractError:
            break
    return f"#{bytes(message.digest).hex()[:12]}"


def _submissions(message: InboundMessage) -> Iterator[dict[str, Any]]:
    try:
        body = message.body.reveal() if message.body else ""
        yield from open_envelopes(json.loads(body))
    except (ValueError, RecursionError, PartnerContractError, UnreadableSecretError):
        return
