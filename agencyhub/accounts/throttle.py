"""Limits failed sign-ins per person and address and per person from anywhere, and wrong keys."""

import hashlib
import math

from django.core.cache import cache

from agencyhub.lib.counters import count_up

WINDOW = 15 * 60
FROM_ONE_ADDRESS = 5
FROM_ANYWHERE = 50
MINUTE = 60
# Mails with a link to a new password that one visitor may ask for, and that go to one address.
RESETS_OF_ONE_VISITOR, RESETS_TO_ONE_ADDRESS = 20, 5
WRONG_LINKS, WRONG_OLD_PASSWORDS = 20, 10
SEARCHES_A_MINUTE = 240
STRENGTHS_A_MINUTE = 120
# Wrong keys from one address after which it has to wait.
WRONG_KEYS_A_MINUTE = 30


def is_blocked(*, username: str, address: str) -> bool:
    """Whether the next attempt is refused without looking at the password."""
    counts = cache.get_many(_keys(username, address))
    return any(counts.get(key, 0) >= limit for key, limit in _limits(username, address))


def note_failure(*, username: str, address: str) -> None:
    """Count a wrong password; the count starts again a quarter of an hour after the first."""
    for key in _keys(username, address):
        count_up(key, seconds=WINDOW)


def forget(*, username: str, address: str) -> None:
    """Start counting again after a right password."""
    cache.delete_many(_keys(username, address))


def is_hammering(address: str) -> bool:
    """Count a wrong key; say whether the address has sent too many of them within a minute."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:16]
    return count_up(f"api-failures-{digest}", seconds=MINUTE) > WRONG_KEYS_A_MINUTE


def is_too_often(what: str, who: object, *, most: int, seconds: int = WINDOW) -> bool:
    """Count one more try of something; say whether there were too many within the time."""
    digest = hashlib.sha256(str(who).encode()).hexdigest()[:32]
    return count_up(f"{what}:{digest}", seconds=seconds) > most


def minutes() -> int:
    """How long to wait at the most, in minutes."""
    return math.ceil(WINDOW / 60)


def _keys(username: str, address: str) -> list[str]:
    return [key for key, _ in _limits(username, address)]


def _limits(username: str, address: str) -> list[tuple[str, int]]:
    who = username.strip().lower()
    return [
        (_key(f"{who}|{address}"), FROM_ONE_ADDRESS),
        (_key(who), FROM_ANYWHERE),
    ]


def _key(text: str) -> str:
    return f"sign-in:{hashlib.sha256(text.encode()).hexdigest()[:32]}"
