"""What the runs of partners that are asked every night have in common, also as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NightlyRun(models.Model):
    """One night's questions to a partner, or those that somebody asked; see ``services.nightly``.

    Those who build on it say how far they are.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        INCOMPLETE = "incomplete", _("Incomplete")
        FAILED = "failed", _("Failed")

    OPEN = (State.WAITING, State.RUNNING)

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    night = models.DateField(null=True, unique=True, help_text="Blank: somebody started it.")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    resume_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    worker = models.UUIDField(null=True)
    misses = models.PositiveSmallIntegerField(
        default=0, help_text="Calls in a row that brought nothing."
    )
    error = models.CharField(max_length=250, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether it still has something to do."""
        return self.state in self.OPEN

    def is_due(self, *, at: datetime) -> bool:
        """Whether it waits, and need not any longer."""
        if self.state != self.State.WAITING or self.resume_at is None:
            return False
        return self.resume_at <= at


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
