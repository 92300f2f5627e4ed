"""``sync_noyo``: read all groups at Noyo, or one of ours, now and in this process."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencyhub.lib.errors import DomainError
from integrations.noyo.models import NoyoGroup, SyncRun
from integrations.noyo.services import reading, runs

COUNTS = ("calls", "groups", "changed", "failed")


class Command(BaseCommand):
    """Begins a reading, or goes on with the one that waits, until it ends or has to wait."""

    help = "Read what carriers have installed for groups, from Noyo."

    def add_arguments(self, parser: CommandParser) -> None:
        """One of our groups, and how to print."""
        parser.add_argument("--group", type=int, help="the ID of one employer group")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: Any) -> None:
        """Read until the run is through."""
        group = None
        if options["group"] is not None:
            group = NoyoGroup.objects.filter(group=options["group"]).first()
            if group is None:
                msg = "No group at Noyo is linked with this employer group."
                raise CommandError(msg)
        try:
            run = runs.start_run(user=None, at=timezone.now(), group=group)
        except DomainError as error:
            raise CommandError(error.message) from error
        run = reading.work(run_id=run.pk, seconds=float("inf"))
        result = {"run": run.pk, "state": run.state} | {name: getattr(run, name) for name in COUNTS}
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            self.stdout.write(", ".join(f"{value} {name}" for name, value in result.items()))
        if run.state != SyncRun.State.DONE:
            raise CommandError(run.error or f"The reading is {run.get_state_display().lower()}.")
