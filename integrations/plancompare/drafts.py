"""Files between their dry run and their confirmation: sealed in the cache for one user."""

import uuid

from django.core.cache import cache

from agencyhub.accounts.models import User
from agencyhub.lib.crypto import key_ring

PURPOSE = "plancompare.username_file"
SECONDS = 60 * 60


def keep(content: bytes, *, user: User) -> uuid.UUID:
    """Keep a file for an hour and answer the id that its address carries."""
    draft_id = uuid.uuid4()
    sealed = key_ring().seal(content, purpose=PURPOSE)
    cache.set(_key(draft_id, user=user), sealed, timeout=SECONDS)
    return draft_id


def load(draft_id: uuid.UUID, *, user: User) -> bytes | None:
    """The kept file, or None when its hour is over or it is another user's."""
    sealed = cache.get(_key(draft_id, user=user))
    return key_ring().open(sealed, purpose=PURPOSE) if sealed else None


def drop(draft_id: uuid.UUID, *, user: User) -> None:
    """Forget a file."""
    cache.delete(_key(draft_id, user=user))


def _key(draft_id: uuid.UUID, *, user: User) -> str:
    return f"{PURPOSE}:{user.pk}:{draft_id}"
