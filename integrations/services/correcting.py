"""Correcting a body that failed or was refused: the corrected one is a message of its own."""

import hashlib
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.errors import FieldProblem, MessageStateError, PartnerContractError
from integrations.models import Correction, InboundMessage
from integrations.partner import Envelope, Partner
from integrations.services import inbox

State = InboundMessage.State
CORRECTABLE = (State.FAILED, State.REJECTED)
CORRECTED = gettext_noop("Body corrected; the corrected one is a message of its own")
MADE = gettext_noop("Made of the corrected body of another message")
MOST_FIELDS = 50
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.IGNORECASE)
OTHER = "…"
STRANGERS = ("unknown_key", "wrong_scope", "wrong_signature")
"""Codes of bodies that nobody knows to be the partner's: those are never applied."""


def is_correctable(message: InboundMessage) -> bool:
    """Whether a message failed or was refused, and its body is there and the partner's."""
    is_left = message.state in CORRECTABLE and bool(message.body)
    return is_left and message.code not in STRANGERS


class UnusableBodyError(DomainError):
    """The corrected body cannot be used; ``problems`` name fields, never values."""

    code = "unusable_body"

    def __init__(self, message: str, problems: list[FieldProblem]) -> None:
        super().__init__(message, field="body")
        self.problems = problems


@dataclass(frozen=True)
class _Item:
    envelope: Envelope
    body: bytes


@transaction.atomic
def correct(
    *, message_id: int, body: str, user: User, at: datetime, partners: Mapping[str, Partner]
) -> list[InboundMessage]:
    """Store a corrected body beside the original, to be applied; answer the new messages.

    A delivery of several items becomes a message for each. The original stays as it came, and
    counts as corrected. Wake the inbox afterwards.

    Raises:
        UnusableBodyError: no JSON, another shape than agreed, about something else, or unchanged.
        MessageStateError: it is not one that failed or was refused, perhaps any more; or the same
            external id has arrived meanwhile.
    """
    original = InboundMessage.objects.select_for_update().get(pk=message_id)
    if not is_correctable(original):
        msg = gettext_noop(
            "Only a message that failed or was refused, and has a body, is corrected."
        )
        raise MessageStateError(msg)
    partner = partners[original.partner].at_door_of(
        external_id=original.external_id, details=original.details
    )
    refusal = partner.refusal()
    if refusal:
        raise MessageStateError(refusal)
    before = original.body.reveal()
    payload = _read(body)
    fields = _changed(_parsed(before), payload)
    if not fields:
        raise UnusableBodyError(gettext("Nothing was changed. Use Retry instead."), [])
    items = _items(partner, payload, body)
    _check_subject(partner, original, items)
    return _store(original, items, fields, user=user, at=at)


def _read(body: str) -> Any:
    if len(body.encode()) > settings.HOOK_MAX_BYTES:
        raise UnusableBodyError(gettext("The body is larger than a delivery may be."), [])
    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        msg = gettext("This is not JSON: see line %(line)s, column %(column)s.") % {
            "line": error.lineno,
            "column": error.colno,
        }
        raise UnusableBodyError(msg, []) from error
    except RecursionError as error:
        raise UnusableBodyError(gettext("The body is nested too deeply."), []) from error


def _parsed(text: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _items(partner: Partner, payload: Any, body: str) -> list[_Item]:
    """Read a delivery as the door does, but all of it or nothing."""
    try:
        parts = partner.open_delivery(payload)
        is_single = len(parts) == 1 and parts[0] is payload
        return [
            _Item(
                partner.read_item(part),
                (body if is_single else json.dumps(part, ensure_ascii=False)).encode(),
            )
            for part in parts
        ]
    except PartnerContractError as error:
        msg = gettext("These fields are not as agreed:")
        raise UnusableBodyError(msg, error.problems) from error


def _check_subject(partner: Partner, original: InboundMessage, items: list[_Item]) -> None:
    """A correction is about what the original is about: its id may not change."""
    if not original.external_id:
        return
    wanted = partner.subject_of(original.external_id)
    if len(items) != 1 or partner.subject_of(items[0].envelope.external_id) != wanted:
        msg = gettext("The id has to stay %(name)s: under another one this is another message.")
        raise UnusableBodyError(msg % {"name": wanted}, [])


def _store(
    original: InboundMessage, items: list[_Item], fields: list[str], *, user: User, at: datetime
) -> list[InboundMessage]:
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=CORRECTED) as batch:
        original.state = State.CORRECTED
        original.finished_at, original.decided_by = at, user
        original.save(update_fields=["state", "finished_at", "decided_by"])
        made = [_keep(original.partner, item) for item in items]
        Correction.objects.bulk_create(
            Correction(
                original=original, message=one, fields=fields, corrected_by=user, corrected_at=at
            )
            for one in made
        )
        history.write(
            history.entry(batch=batch, record=original, text=CORRECTED, reasons=fields),
            *(history.entry(batch=batch, record=one, text=MADE, reasons=fields) for one in made),
        )
    return made


def _keep(partner_slug: str, item: _Item) -> InboundMessage:
    public_id = uuid.uuid4()
    is_new = inbox.store(
        partner_slug=partner_slug,
        body=item.body,
        public_id=public_id,
        external_id=item.envelope.external_id,
        digest=hashlib.sha256(item.envelope.sameness or item.body).digest(),
    )
    if not is_new:
        msg = gettext_noop("The message %(name)s has arrived meanwhile; nothing was stored.")
        raise MessageStateError(msg % {"name": item.envelope.external_id})
    return InboundMessage.objects.defer("body").get(public_id=public_id)


def _changed(before: Any, after: Any) -> list[str]:
    try:
        return changed_fields(before, after)
    except RecursionError as error:
        raise UnusableBodyError(gettext("The body is nested too deeply."), []) from error


def changed_fields(before: Any, after: Any) -> list[str]:
    """The paths at which two bodies differ, without values and without places in lists."""
    if before is None:
        return ["body"]
    return list(dict.fromkeys(_paths(before, after, "")))[:MOST_FIELDS]


def _paths(before: Any, after: Any, path: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            name = key if _KEY.fullmatch(key) else OTHER
            below = f"{path}.{name}" if path else name
            if (key in before) != (key in after):
                yield below
            else:
                yield from _paths(before[key], after[key], below)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from _paths(one, other, f"{path}[]")
    elif before != after or type(before) is not type(after):
        yield path or "body"
