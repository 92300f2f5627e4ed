"""Make everything that people are searched by again."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from individuals.services.search_index import rebuild


class Command(BaseCommand):
    help = "Make the search terms of all individuals and sales records again. Search goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print an object.")

    def handle(self, *_args: Any, **options: Any) -> None:
        keys = rebuild()
        text = f"The search terms of {keys} keys were made again."
        self.stdout.write(json.dumps({"keys": keys}) if options["json"] else text)
