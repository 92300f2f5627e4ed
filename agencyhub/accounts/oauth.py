"""OAuth 2 client credentials for partners whose software expects them (ADR 0029).

The client is an API key: its id is ``<scope>-<number>``, its secret the key itself, or a signed
assertion that the key's public half reads. A token names the key, is signed by us and lasts ten
minutes; the key is looked up at every use, so revoking it ends its tokens as well.

Source: RFC 6749 (4.4) and RFC 7523; PlanSource's token call (reference/groups_eoi.md B2), read
2026-11-22.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core import signing
from django.core.cache import cache
from django.utils.translation import gettext

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pks import read_pk

SCOPE = "admin_api_v2"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_SECONDS = 600
LONGEST_ASSERTION_SECONDS = 600
LEEWAY_SECONDS = 30
SMALLEST_RSA_BITS = 2048
RSA_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256")
EC_ALGORITHMS = ("ES256",)
_SALT = "accounts.oauth.token"
# Programs read these, in English.
_NOT_VALID = "Token is invalid"
_EXPIRED = "Signature has expired"
_TOO_LONG = "The assertion lasts longer than ten minutes. Make its exp sooner."
_USED_BEFORE = "This assertion was used before. Give each one a jti of its own."
_NOT_THE_CLIENT = "Client authentication failed."


class InvalidClientError(DomainError):
    """The id, the secret or the assertion does not prove who asks."""

    code = "invalid_client"


class ExpiredTokenError(DomainError):
    """The token's ten minutes are over."""

    code = "invalid_token"


class InvalidTokenError(DomainError):
    """Not a token of ours, or its key does not live any more."""

    code = "invalid_token"


class InvalidPublicKeyError(DomainError):
    """Not the public half of a key that is strong enough."""

    code = "invalid_public_key"


def client_id_of(key: ApiKey) -> str:
    """What the partner sends as its client id."""
    return f"{key.scope}-{key.pk}"


def issue(key: ApiKey) -> str:
    """Make a token for a key."""
    return signing.dumps(key.pk, salt=_SALT)


def read_token(token: str, *, scope: str, now: datetime) -> ApiKey:
    """Find the live key of a token.

    Raises:
        ExpiredTokenError: its time is over.
        InvalidTokenError: it is none, or its key is revoked, expired or for something else.
    """
    try:
        key_id = signing.loads(token, salt=_SALT, max_age=TOKEN_SECONDS)
    except signing.SignatureExpired as error:
        raise ExpiredTokenError(_EXPIRED) from error
    except signing.BadSignature as error:
        raise InvalidTokenError(_NOT_VALID) from error
    key = _live_key(key_id, scope=scope, now=now)
    if key is None:
        raise InvalidTokenError(_NOT_VALID)
    return key


def client_by_secret(*, client_id: str, secret: str, scope: str, now: datetime) -> ApiKey:
    """Find the key whose id and secret these are.

    Raises:
        InvalidClientError: they belong to no live key of ``scope``, or not together.
    """
    try:
        key = api_keys.authenticate(secret, scope=scope, now=now)
    except (api_keys.UnknownKeyError, api_keys.WrongScopeError) as error:
        raise InvalidClientError(_NOT_THE_CLIENT) from error
    if client_id_of(key) != client_id:
        raise InvalidClientError(_NOT_THE_CLIENT)
    return key


def client_by_assertion(
    assertion: str, *, audiences: Sequence[str], scope: str, now: datetime
) -> ApiKey:
    """Find the key that an assertion was signed for; each assertion is taken once.

    ``audiences`` are the names under which we may be addressed.

    Raises:
        InvalidClientError: unreadable, signed by another key, for somebody else, too old, lasting
            too long, or used before.
    """
    key = _live_key(_key_id(_claimed_subject(assertion)), scope=scope, now=now)
    if key is None or not key.public_key:
        raise InvalidClientError(_NOT_THE_CLIENT)
    try:
        claims = jwt.decode(
            assertion,
            key.public_key,
            algorithms=_algorithms(key.public_key),
            audience=list(audiences),
            issuer=client_id_of(key),
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iss", "sub", "aud", "jti"]},
        )
    except jwt.PyJWTError as error:
        raise InvalidClientError(_NOT_THE_CLIENT) from error
    ends_at = datetime.fromtimestamp(claims["exp"], UTC)
    seconds = int((ends_at - now).total_seconds())
    if seconds > LONGEST_ASSERTION_SECONDS:
        raise InvalidClientError(_TOO_LONG)
    name = hashlib.sha256(f"{key.pk}:{claims['jti']}".encode()).hexdigest()
    if not cache.add(f"oauth-assertion-{name}", 1, max(seconds, 0) + 2 * LEEWAY_SECONDS):
        raise InvalidClientError(_USED_BEFORE)
    return key


def check_public_key(pem: str) -> None:
    """Accept RSA keys of 2,048 bits and more, and P-256.

    Raises:
        InvalidPublicKeyError: with what is wrong and what to do.
    """
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        msg = gettext("This is not a public key. Paste the PEM that begins with BEGIN PUBLIC KEY.")
        raise InvalidPublicKeyError(msg, field="public_key") from error
    if isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST_RSA_BITS:
        return
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return
    msg = gettext("Use an RSA key of 2,048 bits or more, or a P-256 key.")
    raise InvalidPublicKeyError(msg, field="public_key")


def _algorithms(pem: str) -> list[str]:
    """Those that the key is made for: the assertion's own word on it counts for nothing."""
    is_rsa = isinstance(load_pem_public_key(pem.encode()), RSAPublicKey)
    return list(RSA_ALGORITHMS if is_rsa else EC_ALGORITHMS)


def _claimed_subject(assertion: str) -> str:
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise InvalidClientError(_NOT_THE_CLIENT) from error
    return str(claims.get("sub", ""))


def _key_id(client_id: str) -> int:
    return read_pk(client_id.rpartition("-")[2]) or 0


def _live_key(key_id: int, *, scope: str, now: datetime) -> ApiKey | None:
    key = ApiKey.objects.select_related("user").filter(pk=key_id, scope=scope).first()
    return key if key is not None and api_keys.is_live(key, at=now) else None
