"""A webhook of the demo: the sandbox is told of changes, and verifies their signatures."""

import base64
import hashlib
from datetime import datetime

from django.conf import settings

from agencyhub.accounts.models import User
from integrations.outgoing import signing
from integrations.outgoing.models import Endpoint
from integrations.outgoing.services import endpoints

NAME = "Quoting warehouse (sandbox)"
HERE = "http://127.0.0.1:"
TYPES = [
    "individual.created", "individual.updated", "individual.merged", "sales_record.created",
    "sales_record.updated", "policy.created", "policy.updated", "policy.at_risk_opened",
    "policy.at_risk_closed", "application.created", "application.updated", "import.finished",
]  # fmt: skip


def ensure_webhook(*, at: datetime) -> bool:
    """Tell the sandbox, with a trial event first, and follow it to another port.

    An address that somebody changed stays. Say whether the webhook was added.
    """
    owner = User.objects.filter(username="owner", is_active=True).first()
    if not settings.SANDBOX_CARRIER_PASSWORD or owner is None:
        return False
    url = f"{settings.SANDBOX_URL.rstrip('/')}/webhooks/receive"
    known = Endpoint.objects.filter(name=NAME).first()
    if known is not None:
        if known.url.startswith(HERE) and known.url != url:
            Endpoint.objects.filter(pk=known.pk).update(url=url)
        return False
    endpoint = Endpoint(name=NAME, url=url, owner=owner, types=TYPES)
    endpoints.save(endpoint=endpoint, actor=owner, at=at)
    endpoint.secret = _secret()
    endpoint.save(update_fields=["secret"])
    endpoints.ping(endpoint_id=endpoint.pk, at=at)
    return True


def _secret() -> str:
    """What the sandbox makes of the same password."""
    digest = hashlib.sha256(f"webhooks:{settings.SANDBOX_CARRIER_PASSWORD}".encode()).digest()
    return signing.PREFIX + base64.b64encode(digest).decode()
