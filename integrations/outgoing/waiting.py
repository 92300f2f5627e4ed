"""How long is waited before a delivery is tried again, and when it is given up. Pure."""

from datetime import datetime, timedelta

PATIENCE = timedelta(days=3)
FIRST = timedelta(seconds=10)
FACTOR = 3
LONGEST = timedelta(hours=6)
JITTER = 0.2
# So many failures in a row, of whatever deliveries, and the endpoint is left in peace for a while.
FAILURES_TO_OPEN = 5
REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)


def pause(*, tries: int, chance: float, asked: timedelta | None = None) -> timedelta:
    """The pause after ``tries`` failed tries; ``chance`` is between 0 and 1.

    A receiver's Retry-After (``asked``) makes it longer, up to the longest pause.
    """
    usual = min(FIRST * int(FACTOR ** min(tries - 1, 20)), LONGEST)
    spread = usual * (1 + JITTER * (2 * chance - 1))
    return min(max(spread, asked or timedelta(0)), LONGEST * (1 + JITTER))


def rest(*, failures: int, chance: float) -> timedelta | None:
    """How long an endpoint that failed so often in a row rests; None: it may go on."""
    if failures < FAILURES_TO_OPEN:
        return None
    usual = min(REST * int(2 ** min(failures - FAILURES_TO_OPEN, 20)), LONGEST_REST)
    return usual * (1 + JITTER * (2 * chance - 1))


def is_over(*, since: datetime, at: datetime) -> bool:
    """Whether something that failed since a moment is given up."""
    return at - since >= PATIENCE
