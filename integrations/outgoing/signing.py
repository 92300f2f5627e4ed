"""Signatures after the Standard Webhooks specification. Pure but for chance.

Source: https://www.standardwebhooks.com (specification 1.0.0, read 2026-11-22).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    """Make a secret as receivers' libraries read it: ``whsec_`` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def headers(
    *, event_id: str, timestamp: int, body: bytes, secrets: Iterable[str]
) -> dict[str, str]:
    """The headers of a delivery: a signature for each secret that lives."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    signatures = [f"v1,{_signature(signed, secret)}" for secret in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _signature(signed: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
