"""Whether a webhook is Noyo's. Pure.

Noyo's text signs the body, its sample signs timestamp and body; either may be allowed. A header may
hold several signatures, while a secret is being replaced.
"""

import hashlib
import hmac
from collections.abc import Iterable


def is_genuine(
    *,
    body: bytes,
    signature: str,
    timestamp: str,
    secrets: Iterable[str],
    of_body: bool,
    of_both: bool,
) -> bool:
    """Whether one of the signatures is made with one of the secrets, in a form that counts."""
    signed = [body] if of_body else []
    if of_both and timestamp:
        signed.append(timestamp.encode() + b"." + body)
    given = [one.strip().lower().encode() for one in signature.split(",")]
    wanted = [
        hmac.new(secret.encode(), text, hashlib.sha256).hexdigest().encode()
        for secret in secrets
        for text in signed
    ]
    return any(hmac.compare_digest(one, other) for one in given for other in wanted)
