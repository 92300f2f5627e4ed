"""Keys that a partner delivers with: two may work at a time, while one follows the other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey, User
from agencyhub.lib.errors import DomainError

MOST = 2
MAKE, REVOKE = "accounts.add_apikey", "accounts.change_apikey"


class TwoKeysError(DomainError):
    """Both places for a key are taken."""

    code = "two_keys_live"


def live(keys: QuerySet[ApiKey], *, at: datetime) -> list[ApiKey]:
    """Those of a partner's keys that open its door now, oldest first."""
    found = keys.select_related("user").order_by("pk")
    return [key for key in found if api_keys.is_live(key, at=at)]


def ensure_room(keys: Sequence[ApiKey], *, words: str) -> None:
    """Refuse a key beside two of ``keys``, which are all that are live; ``words`` say the remedy.

    Raises:
        TwoKeysError: two keys are live.
    """
    if len(keys) >= MOST:
        raise TwoKeysError(words)


def shown(keys: Sequence[ApiKey], *, user: User) -> dict[str, Any]:
    """What a page of settings needs for the live keys and the buttons beside them."""
    return {
        "keys": keys,
        "may_make_keys": user.has_perm(MAKE),
        "may_revoke_keys": user.has_perm(REVOKE),
        "has_room_for_key": len(keys) < MOST,
    }
