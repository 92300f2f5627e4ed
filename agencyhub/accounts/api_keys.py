"""API keys: made once, shown once, kept as a digest.

A key reads ``ahk_<scope>_<43 characters>``. The characters are 256 random bits, so a plain SHA-256
is enough: there is nothing to guess.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from agencyhub.accounts.models import ApiKey, User
from agencyhub.lib.errors import DomainError

START = "ahk"
SECRET_BYTES = 32
SHOWN = 8
# A revoked key may work for this long in another process.
REMEMBERED = timedelta(seconds=10)
MOST_REMEMBERED = 512
USE_NOTED = timedelta(minutes=1)
OVERLAP = timedelta(days=7)

_remembered: dict[bytes, tuple[datetime, ApiKey]] = {}


class UnknownKeyError(DomainError):
    """No live key reads like this."""

    code = "unknown_key"


class WrongScopeError(DomainError):
    """The key is live, but for something else."""

    code = "wrong_scope"


@dataclass(frozen=True)
class NewKey:
    """A key and its text, which cannot be shown again."""

    key: ApiKey
    raw: str


def create_key(
    *,
    name: str,
    scope: str,
    user: User | None = None,
    expires_at: datetime | None = None,
    public_key: str = "",
) -> NewKey:
    """Make a key for one scope; ``user`` limits it to what that user sees.

    ``public_key`` (PEM) is that of a caller who signs assertions instead of sending the key.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    raw = f"{START}_{scope}_{secret}"
    key = ApiKey.objects.create(
        name=name,
        scope=scope,
        prefix=secret[:SHOWN],
        digest=digest_of(raw),
        user=user,
        expires_at=expires_at,
        public_key=public_key,
    )
    return NewKey(key, raw)


@transaction.atomic
def rotate_key(*, key_id: int, at: datetime) -> NewKey:
    """Make a successor with the same name, scope and user; the old key works for seven days more.

    A key that ends is followed by one that ends at the same moment: nobody makes a key for a while
    into one for good by rotating it.

    Raises:
        UnknownKeyError: the old key is revoked or expired.
    """
    old = ApiKey.objects.select_for_update(no_key=True, of=("self",)).get(pk=key_id)
    if not is_live(old, at=at):
        msg = "This key no longer works. Create a new one."
        raise UnknownKeyError(msg)
    end = old.expires_at
    old.expires_at = min(filter(None, (end, at + OVERLAP)))
    old.save(update_fields=["expires_at"])
    return create_key(
        name=old.name,
        scope=old.scope,
        user=old.user,
        expires_at=end,
        public_key=old.public_key,
    )


def revoke_key(*, key_id: int, at: datetime) -> None:
    """Stop a key now; other processes notice within ten seconds. Revoking twice changes nothing."""
    ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=at)
    forget()


def authenticate(raw: str, *, scope: str | None, now: datetime) -> ApiKey:
    """Find the live key that reads ``raw`` and note its use, once a minute at most.

    ``scope`` None accepts a key of any scope.

    Raises:
        UnknownKeyError: unreadable, unknown, revoked, expired, or its user is deactivated.
        WrongScopeError: a live key of another scope.
    """
    key = _find(digest_of(raw), now=now)
    if key is None or not is_live(key, at=now):
        msg = "The API key is missing, unknown, revoked or expired."
        raise UnknownKeyError(msg)
    if scope is not None and key.scope != scope:
        msg = f"The API key is for {key.get_scope_display()}, not for this."
        raise WrongScopeError(msg)
    _note_use(key, now=now)
    return key


def is_live(key: ApiKey, *, at: datetime) -> bool:
    """Whether the key works at a moment."""
    is_expired = key.expires_at is not None and key.expires_at <= at
    has_user = key.user is None or key.user.is_active
    return key.revoked_at is None and not is_expired and has_user


def digest_of(raw: str) -> bytes:
    """Return what the database keeps of a key."""
    return hashlib.sha256(raw.encode()).digest()


def forget() -> None:
    """Drop what this process remembers of keys."""
    _remembered.clear()


def _find(digest: bytes, *, now: datetime) -> ApiKey | None:
    read_at, key = _remembered.get(digest, (None, None))
    if read_at is not None and timedelta(0) <= now - read_at < REMEMBERED:
        return key
    key = ApiKey.objects.select_related("user").filter(digest=digest).first()
    if key is not None:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[digest] = (now, key)
    return key


def _note_use(key: ApiKey, *, now: datetime) -> None:
    if key.last_used_at is not None and now - key.last_used_at < USE_NOTED:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    key.last_used_at = now
