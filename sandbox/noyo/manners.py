"""How badly the partner behaves: what goes wrong with the next calls, and what was called."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

from sandbox.noyo.records import NoyoError

MOST_SECONDS = 120.0
_WORDS = {429: "Too many requests.", 503: "Noyo is down for maintenance."}


@dataclass
class Manners:
    """What is on; every count goes down with each time that it happened.

    ``fail_every`` lets every so-manieth call fail with 503, for as long as it is not 0.
    """

    fail_next: list[int] = field(default_factory=list)
    fail_every: int = 0
    retry_after: int = 1
    slow_next: int = 0
    slow_seconds: float = 2.0
    conflict_next: int = 0
    refuse_rules: int = 0
    lose_webhooks: int = 0
    repeat_webhooks: int = 0


class Behaviour:
    """The manners in force, and a count of the calls that came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.manners = Manners()
        self._calls: Counter[str] = Counter()

    def meet(self, what: str, *, is_change: bool) -> None:
        """Count a call and let it be slow, or fail.

        Raises:
            NoyoError: the call fails this time.
        """
        with self._lock:
            self._calls[what] += 1
            seconds, problem = self._fate(is_change=is_change)
        time.sleep(seconds)
        if problem is not None:
            raise problem

    def takes(self, name: str) -> bool:
        """Whether a counted manner happens now."""
        with self._lock:
            left = int(getattr(self.manners, name))
            setattr(self.manners, name, max(left - 1, 0))
        return left > 0

    def change(self, changes: dict[str, Any]) -> None:
        """Behave otherwise; names that are not given stay.

        Raises:
            NoyoError: 422, there is no such manner, or it makes no sense.
        """
        kinds = {one.name: type(getattr(Manners(), one.name)) for one in fields(Manners)}
        for name, value in changes.items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            fits = isinstance(value, list) if kinds.get(name) is list else is_number
            if name not in kinds or not fits:
                raise NoyoError(422, f"There is no such manner: {name}.")
        with self._lock:
            for name, value in changes.items():
                setattr(self.manners, name, value)
            self.manners.slow_seconds = min(self.manners.slow_seconds, MOST_SECONDS)

    def forget_calls(self) -> None:
        """Count from nothing."""
        with self._lock:
            self._calls.clear()

    def forgive(self) -> None:
        """Behave well again."""
        with self._lock:
            self.manners = Manners()

    def state(self) -> dict[str, Any]:
        """The manners, and how often each address was called."""
        with self._lock:
            calls = dict(self._calls)
            return {"manners": vars(self.manners).copy(), "calls": calls,
                    "total": sum(calls.values())}  # fmt: skip

    def _fate(self, *, is_change: bool) -> tuple[float, NoyoError | None]:
        manners = self.manners
        seconds = 0.0
        if manners.slow_next > 0:
            manners.slow_next -= 1
            seconds = manners.slow_seconds
        status = manners.fail_next.pop(0) if manners.fail_next else 0
        if not status and manners.fail_every and not self._calls.total() % manners.fail_every:
            status = 503
        if is_change and not status and manners.conflict_next > 0:
            manners.conflict_next -= 1
            status = 409
        if not status:
            return seconds, None
        after = manners.retry_after if status in _WORDS else None
        words = _WORDS.get(status, "Something went wrong on purpose.")
        return seconds, NoyoError(status, words, retry_after=after)
