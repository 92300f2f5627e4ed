"""Tokens that carry their own end, as Noyo's do: good for about ten minutes."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import Any

from sandbox.noyo.records import NoyoError

CLIENT_ID = "sandbox-noyo"
GRANT = "client_credentials"
SECONDS = 600
EXPIRES_IN = 864_000
"""As Noyo's documentation shows it: neither the seconds nor quite the milliseconds of a token."""


class Tokens:
    """Gives and knows tokens; ``secret`` is the client's, and none is given without one."""

    def __init__(self, secret: str):
        self._secret = secret.encode()
        self._none_before = 0.0
        self.seconds: float = SECONDS

    def give(self, grant: str, authorization: str) -> dict[str, Any]:
        """Answer a client's ``Basic`` credentials with a token.

        Raises:
            NoyoError: 400, it asks for another grant; 401, the credentials are not known.
        """
        if grant != GRANT:
            raise NoyoError(400, f"grant_type is {GRANT}.")
        wanted = base64.b64encode(b":".join((CLIENT_ID.encode(), self._secret))).decode()
        given = authorization.removeprefix("Basic ").strip()
        if not self._secret or not hmac.compare_digest(given.encode(), wanted.encode()):
            raise NoyoError(401, "Client credentials are missing or wrong.")
        now = time.time()
        head = _coded({"alg": "HS256", "typ": "JWT"})
        body = _coded({"sub": CLIENT_ID, "iat": now, "exp": int(now + self.seconds)})
        token = f"{head}.{body}.{self._signature(head, body)}"
        return {"access_token": token, "expires_in": EXPIRES_IN, "token_type": "Bearer"}

    def check(self, authorization: str) -> None:
        """Know a token again.

        Raises:
            NoyoError: 401, it is missing, no token of ours, or at its end.
        """
        if not authorization:
            raise NoyoError(401, "Authorization header is expected.")
        parts = authorization.removeprefix("Bearer ").split(".")
        if len(parts) != 3 or not hmac.compare_digest(  # noqa: PLR2004 - a JWT's three
            parts[2].encode(), self._signature(parts[0], parts[1]).encode()
        ):
            raise NoyoError(401, "Malformed JWT.")
        told = _decoded(parts[1])
        if told["exp"] <= time.time() or told["iat"] < self._none_before:
            raise NoyoError(401, "Token is expired.")

    def expire(self) -> None:
        """End all tokens that were given."""
        self._none_before = time.time()

    def _signature(self, head: str, body: str) -> str:
        digest = hmac.digest(self._secret, f"{head}.{body}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _coded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _decoded(text: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        raise NoyoError(401, "Malformed JWT.") from None
    return dict(value)
