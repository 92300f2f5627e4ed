"""Apply every message that waits in the inbox, without a worker."""

import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from integrations import registry
from integrations.services import processing


class Command(BaseCommand):
    help = "Apply every message that waits in the inbox."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print an object.")

    def handle(self, *_args: Any, **options: Any) -> None:
        states: Counter[str] = Counter()
        for outcome in processing.process_waiting(partners=registry.PARTNERS):
            states[outcome.state] += 1
            if not options["json"]:
                self.stdout.write(f"message {outcome.message_id}: {outcome.state}")
        if options["json"]:
            self.stdout.write(json.dumps(states))
