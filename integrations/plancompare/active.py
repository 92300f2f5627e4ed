"""Whether PlanCompare is on: asked for every delivery, so the answer is remembered for a moment."""

import time

from integrations.plancompare.models import Site

REMEMBERED_SECONDS = 5
"""After this another process notices a deactivation; what it stores meanwhile fails, unapplied."""

_active_until = 0.0


def is_active() -> bool:
    """Whether one of the variants is active."""
    global _active_until  # noqa: PLW0603 - one fact for the whole process
    now = time.monotonic()
    if now < _active_until:
        return True
    if Site.objects.filter(is_active=True).exists():
        _active_until = now + REMEMBERED_SECONDS
        return True
    return False


def forget() -> None:
    """Ask again next time."""
    global _active_until  # noqa: PLW0603
    _active_until = 0.0
