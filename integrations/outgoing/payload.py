"""What is sent: which record, what happened, and nothing of the record itself."""

import json
from datetime import UTC
from typing import Any

from django.conf import settings
from django.urls import reverse

from integrations.outgoing.kinds import KINDS
from integrations.outgoing.models import Event

HEADERS = {"Content-Type": "application/json", "User-Agent": "AgencyHub-Webhooks/1"}


def id_of(event: Event) -> str:
    """The id that stays the same however often the event is sent."""
    return f"evt_{event.public_id.hex}"


def shown(event: Event) -> dict[str, Any]:
    """The payload, as a receiver reads it."""
    return {
        "id": id_of(event),
        "type": event.type,
        "occurred_at": event.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "record": _record(event),
        "changed": event.changed,
        "batch": event.batch_id,
    }


def body_of(event: Event) -> bytes:
    """The body of a delivery: the same bytes each time."""
    return json.dumps(shown(event), separators=(",", ":")).encode()


def _record(event: Event) -> dict[str, Any] | None:
    if not event.kind:
        return None
    path = reverse(f"api:{KINDS[event.kind].basename}-detail", args=[event.record_id])
    url = f"{settings.PUBLIC_URL.rstrip('/')}{path}"
    return {"kind": event.kind, "id": event.record_id, "url": url}
