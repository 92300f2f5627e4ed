"""Noyo as the inbox sees it: events that say that something happened, never what.

So an event only marks what is to be read again: it may come late, twice and in any order, and one
that is lost is made up for by the night's reading.
"""

import json
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop
from rest_framework import serializers

from agencyhub.accounts.models import ApiKey
from agencyhub.records.models import Batch
from integrations.errors import FieldProblem, PartnerContractError
from integrations.models import InboundMessage
from integrations.noyo import tasks
from integrations.noyo.models import Account, Credentials, GroupConnection, NoyoGroup
from integrations.noyo.services import connections
from integrations.noyo.services.accounts import TITLE
from integrations.noyo.signatures import is_genuine
from integrations.partner import Applied, Envelope, OneDoor, Session

SLUG = "noyo"
LONGEST = 120
UUID = 36
TEST = "test.hello_world"
INACTIVE = gettext_noop(
    "Noyo is not active in this account. Activate it under Settings, Integrations."
)
NEEDED = gettext_noop("A text is needed here.")
TESTED = gettext_noop("A test of Noyo’s: it arrived and changes nothing")
SNAPSHOTS = gettext_noop("AgencyHub sends Noyo no snapshots of members, so nothing is to be done")
UNKNOWN = gettext_noop("AgencyHub does nothing with events of this type")
WITHOUT_GROUP = gettext_noop("It names no group that is known; the night’s reading finds it")
GROUP_DUE = gettext_noop("The group is read again at once")
CONNECTION_DUE = gettext_noop("The connection is read again at once")


class EventPartSerializer(serializers.Serializer[Any]):
    """What happened; ``id`` is the same whenever it is told again."""

    id = serializers.CharField()
    type = serializers.CharField()
    created = serializers.IntegerField(required=False)


class EventSerializer(serializers.Serializer[Any]):
    """An event; ``data.id`` is the ID of what it happened to."""

    data = serializers.DictField()  # type: ignore[assignment]
    event = EventPartSerializer()


class Noyo(OneDoor):
    """Tells that groups, connections, differences and snapshots changed."""

    slug = SLUG
    title = TITLE
    api_key_scope = ApiKey.Scope.NOYO.value

    def refusal(self) -> str:
        """Why events are refused: the account is turned off."""
        return "" if Account.objects.filter(is_active=True).exists() else INACTIVE

    def is_genuine(self, *, body: bytes, signature: str, timestamp: str) -> bool:
        """Whether a delivery is signed with one of the two secrets."""
        credentials = Credentials.objects.select_related("account").first()
        if credentials is None:
            return False
        kept = (credentials.webhook_secret, credentials.other_webhook_secret)
        signs = credentials.account.webhooks_sign
        return is_genuine(
            body=body,
            signature=signature,
            timestamp=timestamp,
            secrets=[one.reveal() for one in kept if one],
            of_body=signs != Account.Signed.TIMESTAMP_AND_BODY,
            of_both=signs != Account.Signed.BODY,
        )

    def open_delivery(self, payload: Any) -> list[Any]:
        """Each delivery is one event."""
        return [payload]

    def read_item(self, item: Any) -> Envelope:
        """Key an event by its own ID; the same event says the same."""
        kind, subject, event_id = _read(item)
        return Envelope(external_id=event_id, content=item, sameness=f"{kind} {subject}".encode())

    def open_session(self) -> Session:
        """Nothing is read in advance."""
        return Events()

    def remember_hold(self, *, hold_details: dict[str, Any]) -> None:
        """No event waits for a person."""


class Events:
    """Marks what an event is about, to be read again."""

    def apply(self, *, message: InboundMessage, body: bytes, batch: Batch, at: datetime) -> Applied:
        """Apply one event; see ``integrations.partner.Session.apply``."""
        told = json.loads(body.decode("utf-8-sig"))
        kind, subject, _ = _read(told)
        family = kind.partition(".")[0]
        if family == "group_connection_request":
            return _connection(subject, at)
        if family == "group":
            connections.ensure_groups({subject: ""}, at=at)
            return _group_due(subject, at)
        if family in ("difference", "group_disconnection_request"):
            return _group_due(_group_of(told["data"]), at)
        if kind == TEST:
            return Applied(reasons=[TESTED])
        words = SNAPSHOTS if family.startswith("member_snapshot") else UNKNOWN
        return Applied(reasons=[words], is_ignored=True)


def _connection(noyo_id: str, at: datetime) -> Applied:
    """A connection's group is read with it; one that nobody knows is asked for alone."""
    known = GroupConnection.objects.filter(noyo_id=noyo_id).exclude(noyo_group=None)
    groups = NoyoGroup.objects.filter(pk__in=known.values("noyo_group"))
    connections.mark_due(groups, at=at)
    if known.exists():
        _soon(tasks.sync_noyo_due.delay)
    else:
        _soon(partial(tasks.sync_noyo_connection.delay, noyo_id=noyo_id))
    return Applied(reasons=[CONNECTION_DUE])


def _group_due(noyo_id: str, at: datetime) -> Applied:
    groups = NoyoGroup.objects.filter(noyo_id=noyo_id) if noyo_id else NoyoGroup.objects.none()
    if not groups.exists():
        return Applied(reasons=[WITHOUT_GROUP], is_ignored=True)
    connections.mark_due(groups, at=at)
    _soon(tasks.sync_noyo_due.delay)
    return Applied(reasons=[GROUP_DUE])


def _group_of(data: dict[str, Any]) -> str:
    """The group that an event names beside its subject, where it does."""
    value = data.get("group_id")
    return value if isinstance(value, str) else ""


def _soon(work: Any) -> None:
    """A broker that is away must not undo the event: the minute's task finds what is due."""
    transaction.on_commit(work, robust=True)


def _read(item: Any) -> tuple[str, str, str]:
    """Type, subject and ID of an event."""
    told = item if isinstance(item, dict) else {}
    event, data = told.get("event"), told.get("data")
    problems: list[FieldProblem] = []
    found: list[str] = []
    for name, part, key, most in (
        ("event.type", event, "type", LONGEST),
        ("data.id", data, "id", UUID),
        ("event.id", event, "id", LONGEST),
    ):
        value = part.get(key) if isinstance(part, dict) else None
        if not isinstance(value, str) or not value or len(value) > most:
            problems.append(FieldProblem(name, "required", NEEDED))
        found.append(value if isinstance(value, str) else "")
    if problems:
        raise PartnerContractError(problems)
    return found[0], found[1], found[2]
