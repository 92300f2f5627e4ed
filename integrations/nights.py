"""When partners are asked at night, and how pages show the runs. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from integrations.models import NightlyRun

State = NightlyRun.State
TONES = {
    State.WAITING: "info",
    State.RUNNING: "info",
    State.DONE: "success",
    State.INCOMPLETE: "warning",
    State.FAILED: "danger",
}
Run = TypeVar("Run", bound=NightlyRun)


@dataclass(frozen=True)
class RunRow(Generic[Run]):
    """A run as pages show it. ``percent`` is how far it is, ``seconds`` how long it took."""

    run: Run
    percent: int

    @property
    def tone(self) -> str:
        return TONES[State(self.run.state)]

    @property
    def seconds(self) -> int | None:
        begun, ended = self.run.started_at, self.run.finished_at
        return int((ended - begun).total_seconds()) if begun and ended else None


def due_night(*, now: datetime, start: time, zone: ZoneInfo, active_since: datetime) -> date | None:
    """The night whose run should have begun by now, or None before the first.

    A night is called by the date on which it begins. Only the last one counts: when nothing ran
    for a week, one run brings everything up to date.
    """
    today = now.astimezone(zone).date()
    for night in (today, today - timedelta(days=1)):
        begins = datetime.combine(night, start, tzinfo=zone)
        if active_since < begins <= now:
            return night
    return None


def next_begin(*, now: datetime, start: time, zone: ZoneInfo) -> datetime:
    """When the next night's run begins."""
    begins = datetime.combine(now.astimezone(zone).date(), start, tzinfo=zone)
    return begins if begins > now else begins + timedelta(days=1)
