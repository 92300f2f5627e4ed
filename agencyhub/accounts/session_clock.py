"""What a session keeps of time: when somebody signed in, and when they were last seen."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"


def seconds_left(session: Mapping[str, Any] | Any, *, now: int) -> int:
    """How long a session lasts if nobody does anything; 0 or less when it has ended.

    ``now`` is in seconds of Unix; a session that says nothing began just now.
    """
    seen = session.get(SEEN_AT, now)
    signed_in = session.get(SIGNED_IN_AT, now)
    idle = settings.SESSION_IDLE_MINUTES * 60
    return int(min(seen + idle, signed_in + settings.SESSION_COOKIE_AGE) - now)
