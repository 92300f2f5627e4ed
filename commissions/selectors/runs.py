"""The runs of Refresh: the one at work, and what the last ones changed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencyhub.lib.db import one_or_none
from commissions.models import Application, MatchRun

State = MatchRun.State
WORKING = (State.WAITING, State.RUNNING)
SHOWN = 12
FEW_STEPS = 10
"""So few are not counted out loud: the phase says it all."""
TONES = {
    State.WAITING: ("info", "clock"),
    State.RUNNING: ("info", "progress-check"),
    State.DONE: ("success", "circle-check"),
    State.FAILED: ("danger", "alert-circle"),
}


@dataclass(frozen=True)
class RunRow:
    """A run as pages show it: who asked for it, how far it is, and what it changed."""

    run: MatchRun
    who: str
    tone: str
    icon: str
    doing: str
    changed: list[str]

    @property
    def is_working(self) -> bool:
        return self.run.state in WORKING

    @property
    def seconds(self) -> int | None:
        """How long it took."""
        began, ended = self.run.started_at, self.run.finished_at
        return round((ended - began).total_seconds()) if began and ended else None

    @property
    def percent(self) -> int | None:
        """How far it is; None while that is not known."""
        run = self.run
        return min(100, run.done * 100 // run.total) if run.total and run.done else None


def current() -> RunRow | None:
    """The run that waits or is at work, else the last one."""
    runs = MatchRun.objects.select_related("started_by")
    working = one_or_none(runs.filter(state__in=WORKING).order_by("pk"))
    found = working or one_or_none(runs.order_by("-pk"))
    return row(found) if found else None


def latest() -> list[MatchRun]:
    """The last runs, the newest first."""
    return list(MatchRun.objects.select_related("started_by").order_by("-pk")[:SHOWN])


def row(run: MatchRun) -> RunRow:
    """A run in words."""
    who = run.started_by.display_name if run.started_by else _("automatically")
    tone, icon = TONES[State(run.state)]
    return RunRow(run, who, tone, icon, _doing(run), _changed(run))


def _doing(run: MatchRun) -> str:
    if run.state == State.WAITING:
        return _("Waits for a worker.")
    if run.total > FEW_STEPS:
        words = _("%(phase)s: %(done)s of %(total)s")
        return words % {"phase": run.phase, "done": f"{run.done:,}", "total": f"{run.total:,}"}
    return run.phase or _("Begins.")


def _changed(run: MatchRun) -> list[str]:
    """ "12 newly complete", "3 now ambiguous"; "nothing new" when nothing moved."""
    if run.state != State.DONE:
        return [run.error] if run.error else []
    moved = run.result.get("moved", {})
    labels = dict(Application.MatchState.choices)
    words = _("%(number)s newly %(outcome)s")
    told = [
        words % {"number": f"{moved[state]:,}", "outcome": labels[state].lower()}
        for state in labels
        if moved.get(state)
    ]
    return told or [_("No application has another outcome.")]
