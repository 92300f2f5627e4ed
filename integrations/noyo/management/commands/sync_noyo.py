"""``sync_noyo``: read all groups at Noyo, or one of ours, now and in this process."""

from functools import partial
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from integrations.noyo.models import NoyoGroup
from integrations.noyo.services import reading, runs
from integrations.run_command import RunCommand


class Command(RunCommand):
    """Reads until the run is through."""

    help = "Read what carriers have installed for groups, from Noyo."
    noun = "reading"
    counts = ("calls", "groups", "changed", "failed")

    def add_arguments(self, parser: CommandParser) -> None:
        """One of our groups, and how to print."""
        parser.add_argument("--group", type=int, help="the ID of one employer group")
        super().add_arguments(parser)

    def handle(self, **options: Any) -> None:
        """Read until the run is through."""
        group = None
        if options["group"] is not None:
            group = NoyoGroup.objects.filter(group=options["group"]).first()
            if group is None:
                msg = "No group at Noyo is linked with this employer group."
                raise CommandError(msg)
        begin = partial(runs.start_run, user=None, at=timezone.now(), group=group)
        self.work(begin, reading.work, options)
