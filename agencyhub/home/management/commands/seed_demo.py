"""``seed_demo [--scale N]``: the demo agency with its made-up book."""

from argparse import ArgumentParser
from dataclasses import asdict
from json import dumps
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencyhub.home.demo import seed
from agencyhub.lib.errors import DomainError


class Command(BaseCommand):
    """Fills an empty database; a second run changes nothing."""

    help = "Fill an empty database with the demo agency: users, carriers, people, policies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the size and the shape of the answer."""
        parser.add_argument(
            "--scale",
            type=int,
            default=1,
            metavar="N",
            help="N times 2,000 individuals with their policies and sales records (1)",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *, scale: int, json: bool, **_options: Any) -> None:
        """Seed and say what was written."""
        if scale < 1:
            msg = "--scale must be 1 or more."
            raise CommandError(msg)
        try:
            now = timezone.now()
            result = seed.seed_demo(scale=scale, as_of=timezone.localdate(), at=now)
        except DomainError as error:
            raise CommandError(error.message) from error
        report(self, result, as_json=json)


def report(command: BaseCommand, result: seed.Seeded, *, as_json: bool) -> None:
    """Print what a run wrote: one line per kind of record, or one JSON object."""
    if as_json:
        command.stdout.write(dumps(asdict(result)))
    elif not result.is_new:
        command.stdout.write("Demo data are there already; nothing was changed.")
    for kind, count in () if as_json else sorted(result.counts.items()):
        command.stdout.write(f"{count:,} {kind.replace('_', ' ')}")
