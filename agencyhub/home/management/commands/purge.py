"""Delete what is kept no longer, now instead of tonight."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from agencyhub.home import retention
from agencyhub.mailing.commands import add_as_of, moment


class Command(BaseCommand):
    help = "Delete or empty what is older than it is kept: docs/privacy.md lists it."

    def add_arguments(self, parser: CommandParser) -> None:
        add_as_of(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        purged = retention.purge_all(at=moment(options["as_of"]))
        if options["json"]:
            self.stdout.write(json.dumps(purged))
            return
        for key, count in purged.items():
            self.stdout.write(f"{key.replace('_', ' ')}: {count:,}")
