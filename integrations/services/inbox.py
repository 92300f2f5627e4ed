"""Taking messages in: the raw body is stored before anything is done with it."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from agencyhub.lib.db import prepared_statements
from integrations.errors import FieldProblem, PartnerContractError, fields_in
from integrations.models import InboundMessage
from integrations.partner import Envelope, Partner

State = InboundMessage.State

_INSERT = """
INSERT INTO integrations_inboundmessage
    (public_id, partner, external_id, body, digest, state, code, reason, details, needs_attention,
     attempts, received_at, duplicate_of_id, value)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, now(), %s, %s)
ON CONFLICT DO NOTHING
RETURNING id
"""
CHANGED_DUPLICATE = gettext_noop(
    "The partner sent this id again with another content, which was not applied. Compare both, and"
    " change the records by hand where the later one is right."
)
UNKNOWN_SENDERS_KEPT = 200
"""How many bodies of senders without a valid key are kept, newest first."""
UNKNOWN_SENDER_BODY_BYTES = 64 * 1024


@dataclass(frozen=True)
class Receipt:
    """What became of one item of a delivery."""

    message_id: uuid.UUID
    state: str
    external_id: str = ""
    problems: list[FieldProblem] = field(default_factory=list)


class UnreadableDeliveryError(Exception):
    """The delivery as a whole was kept as rejected and cannot be used."""

    def __init__(self, code: str, detail: str, problems: list[FieldProblem]) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.problems = problems


def receive(*, partner: Partner, body: bytes) -> list[Receipt]:
    """Store a delivery, item by item, and say what became of each.

    The same external id again is a duplicate: nothing is stored for an equal body, and another body
    is kept beside the first message, marked as its duplicate. Items of a wrong shape are kept as
    rejected and do not stop the others.

    Raises:
        UnreadableDeliveryError: not JSON, or not the shape of a delivery; the body is kept.
    """
    try:
        payload = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        detail = gettext_noop("The body is not JSON in UTF-8.")
        problem = FieldProblem("", "invalid_json", detail)
        _reject(partner, body, "invalid_json", [problem])
        raise UnreadableDeliveryError("invalid_json", detail, [problem]) from error
    try:
        items = partner.open_delivery(payload)
    except PartnerContractError as error:
        _reject(partner, body, "invalid", error.problems)
        detail = gettext_noop("The delivery does not have the agreed shape.")
        raise UnreadableDeliveryError("invalid", detail, error.problems) from error
    is_single = len(items) == 1 and items[0] is payload
    return [
        _receive_item(partner, item, body if is_single else json.dumps(item).encode())
        for item in items
    ]


def _receive_item(partner: Partner, item: Any, body: bytes) -> Receipt:
    try:
        envelope = partner.read_item(item)
    except PartnerContractError as error:
        problems = error.problems
        public_id = _reject(partner, body, problems[0].code, problems)
        return Receipt(public_id, State.REJECTED, problems=problems)
    public_id = uuid.uuid4()
    digest = hashlib.sha256(envelope.sameness or body).digest()
    external_id = envelope.external_id
    if _insert(partner.slug, body, public_id=public_id, external_id=external_id, digest=digest):
        return Receipt(public_id, State.RECEIVED, external_id, envelope.problems)
    return _duplicate(partner.slug, envelope, body, digest)


def _reject(partner: Partner, body: bytes, code: str, problems: list[FieldProblem]) -> uuid.UUID:
    return reject(
        partner_slug=partner.slug, body=body, code=code, problems=problems, door=partner.door
    )


def store(
    *, partner_slug: str, body: bytes, public_id: uuid.UUID, external_id: str, digest: bytes
) -> bool:
    """Keep one item to be applied; False when its external id is already there."""
    return _insert(partner_slug, body, public_id=public_id, external_id=external_id, digest=digest)


def _duplicate(partner_slug: str, envelope: Envelope, body: bytes, digest: bytes) -> Receipt:
    same = InboundMessage.objects.filter(partner=partner_slug, external_id=envelope.external_id)
    first = same.exclude(state__in=InboundMessage.NOT_KEPT_ONCE).get()
    is_known = (
        bytes(first.digest) == digest
        or InboundMessage.objects.filter(duplicate_of=first, digest=digest).exists()
        or same.filter(state=State.CORRECTED, digest=digest).exists()
    )
    if not is_known:
        _insert(
            partner_slug,
            body,
            external_id=envelope.external_id,
            state=State.DUPLICATE,
            code="duplicate",
            reason=gettext_noop("Same external id as an earlier message, with another content."),
            attention=[CHANGED_DUPLICATE],
            duplicate_of_id=first.pk,
            digest=digest,
        )
    return Receipt(first.public_id, State.DUPLICATE, envelope.external_id, envelope.problems)


def reject(
    *, partner_slug: str, body: bytes, code: str, problems: list[FieldProblem], door: str = ""
) -> uuid.UUID:
    """Keep a body that was refused, with the fields that are wrong and none of their values.

    ``door`` is which of the partner's addresses it came to, where there are several.
    """
    public_id = uuid.uuid4()
    _insert(
        partner_slug,
        body,
        public_id=public_id,
        state=State.REJECTED,
        code=code,
        reason="; ".join(f"{problem.field or 'body'}: {problem.detail}" for problem in problems),
        value=fields_in(problems),
        door=door,
    )
    return public_id


def reject_unknown_sender(*, partner_slug: str, body: bytes, code: str, detail: str) -> None:
    """Keep what came with a wrong key: small bodies only, and only the newest ones."""
    if len(body) > UNKNOWN_SENDER_BODY_BYTES:
        return
    reject(
        partner_slug=partner_slug, body=body, code=code, problems=[FieldProblem("", code, detail)]
    )
    kept = InboundMessage.objects.filter(partner=partner_slug, state=State.REJECTED, code=code)
    newest = kept.order_by("-pk").values("pk")[:UNKNOWN_SENDERS_KEPT]
    kept.exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()


def _insert(
    partner_slug: str,
    body: bytes,
    *,
    public_id: uuid.UUID | None = None,
    external_id: str = "",
    state: str = State.RECEIVED,
    code: str = "",
    reason: str = "",
    attention: Sequence[str] = (),
    duplicate_of_id: int | None = None,
    digest: bytes = b"",
    value: str = "",
    door: str = "",
) -> bool:
    """Insert in one statement; False when the external id is already there."""
    details = {"attention": attention} if attention else {"door": door} if door else {}
    sealed = _BODY.seal(body.decode("utf-8", errors="backslashreplace")).data
    values = [
        public_id or uuid.uuid4(), partner_slug, external_id, sealed,
        digest or hashlib.sha256(body).digest(), state, code, reason,
        json.dumps(details), bool(attention), duplicate_of_id, value[:120],
    ]  # fmt: skip
    with prepared_statements(), connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        return cursor.fetchone() is not None


_BODY: Any = InboundMessage._meta.get_field("body")
