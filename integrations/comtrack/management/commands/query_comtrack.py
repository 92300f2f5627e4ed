"""``query_comtrack``: ask what became of every application, now and in this process."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencyhub.lib.errors import DomainError
from integrations.comtrack.models import QueryRun
from integrations.comtrack.services import batches, runs

COUNTS = ("asked", "answered", "updated", "unchanged", "failed", "requests")


class Command(BaseCommand):
    """Begins a run, or goes on with the one that waits, until it ends or has to wait."""

    help = "Ask ComTrack what became of every application."

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch."""
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: Any) -> None:
        """Ask until the run is through."""
        try:
            run = runs.start_run(user=None, at=timezone.now())
        except DomainError as error:
            raise CommandError(error.message) from error
        run = batches.work(run_id=run.pk, seconds=float("inf"))
        result = {"run": run.pk, "state": run.state} | {name: getattr(run, name) for name in COUNTS}
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            self.stdout.write(", ".join(f"{value} {name}" for name, value in result.items()))
        if run.state != QueryRun.State.DONE:
            raise CommandError(run.error or f"The run is {run.get_state_display().lower()}.")
