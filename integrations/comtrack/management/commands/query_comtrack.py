"""``query_comtrack``: ask what became of every application, now and in this process."""

from functools import partial
from typing import Any

from django.utils import timezone

from integrations.comtrack.services import batches, runs
from integrations.run_command import RunCommand


class Command(RunCommand):
    """Asks until the run is through."""

    help = "Ask ComTrack what became of every application."
    counts = ("asked", "answered", "updated", "unchanged", "failed", "requests")

    def handle(self, **options: Any) -> None:
        """Ask until the run is through."""
        self.work(partial(runs.start_run, user=None, at=timezone.now()), batches.work, options)
