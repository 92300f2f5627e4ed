"""Refresh at once, without a worker."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from commissions.models import MatchRun
from commissions.selectors import runs
from commissions.services import refresh

State = MatchRun.State
PAUSE = 0.5


class Command(BaseCommand):
    help = "Find which book row and which commission lines belong to each application."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--full", action="store_true", help="Compare everything again.")
        parser.add_argument("--json", action="store_true", help="Print an object.")

    def handle(self, *_args: Any, **options: Any) -> None:
        asked = refresh.request(is_full=options["full"])
        run = refresh.run(run_id=asked.pk, at=timezone.now())
        while run.state in runs.WORKING:  # another one is at work
            time.sleep(PAUSE)
            run = refresh.run(run_id=asked.pk, at=timezone.now())
        if run.state == State.FAILED:
            raise CommandError(run.error)
        told = {"run": run.pk, "state": run.state, "is_full": run.is_full, **run.result}
        self.stdout.write(json.dumps(told) if options["json"] else _sentence(run))


def _sentence(run: MatchRun) -> str:
    return f"run {run.pk}: {'; '.join(runs.row(run).changed)}"
