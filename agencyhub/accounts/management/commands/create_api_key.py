"""Make an API key and print it, once."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey


class Command(BaseCommand):
    help = "Make an API key. Its text is printed now and can never be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scope", required=True, choices=ApiKey.Scope.values)
        parser.add_argument("--name", required=True, help="Who uses the key.")
        parser.add_argument("--json", action="store_true", help="Print an object.")

    def handle(self, *_args: Any, **options: Any) -> None:
        new = api_keys.create_key(name=options["name"], scope=options["scope"])
        told = {"id": new.key.pk, "name": new.key.name, "scope": new.key.scope, "key": new.raw}
        self.stdout.write(json.dumps(told) if options["json"] else new.raw)
