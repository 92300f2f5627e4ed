"""Commands that work a nightly run off in this process."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencyhub.lib.errors import DomainError
from integrations.nightly_models import NightlyRun


class RunCommand(BaseCommand):
    """Begins a run, or goes on with the one that waits, until it ends or has to wait.

    ``noun`` is what it is called, ``counts`` are the columns that are told.
    """

    noun = "run"
    counts: Sequence[str] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """How to print."""
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def work(
        self,
        start: Callable[[], NightlyRun],
        work: Callable[..., NightlyRun],
        options: dict[str, Any],
    ) -> None:
        """Begin a run, work it off and print how it stands.

        Raises:
            CommandError: it may not begin, or is not done.
        """
        try:
            run = start()
        except DomainError as error:
            raise CommandError(error.message) from error
        run = work(run_id=run.pk, seconds=float("inf"))
        counted = {name: getattr(run, name) for name in self.counts}
        result = {"run": run.pk, "state": run.state} | counted
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            self.stdout.write(", ".join(f"{value} {name}" for name, value in result.items()))
        if run.state != NightlyRun.State.DONE:
            msg = run.error or f"The {self.noun} is {run.get_state_display().lower()}."
            raise CommandError(msg)
