"""``generate_data --individuals N --seed S``: a made-up book for benchmarks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencyhub.home.demo.seed import generate_data
from agencyhub.home.management.commands.seed_demo import report


class Command(BaseCommand):
    """Adds individuals with addresses, policies and sales records; no users, no settings."""

    help = "Add N made-up individuals with their policies and sales records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many, and which of the endless books."""
        parser.add_argument("--individuals", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, required=True, metavar="S")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *, individuals: int, seed: int, json: bool, **_options: Any) -> None:
        """Generate and say what was written."""
        if individuals < 1:
            msg = "--individuals must be 1 or more."
            raise CommandError(msg)
        as_of = timezone.localdate()
        result = generate_data(individuals=individuals, seed=seed, as_of=as_of)
        report(self, result, as_json=json)
