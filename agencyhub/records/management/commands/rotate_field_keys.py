"""Seal and index every health identifier with the current keys."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencyhub.lib.crypto import UnreadableSecretError
from agencyhub.records.services.keys import rotate_field_keys


class Command(BaseCommand):
    help = (
        "Seal everything with the first of FIELD_ENCRYPTION_KEYS and index it with BLIND_INDEX_KEY."
        " Afterwards the older keys may be removed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print an object.")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            done = rotate_field_keys()
        except UnreadableSecretError as error:
            raise CommandError(error.message) from error
        told = {"rows": done.rows, "changes": done.changes, "others": done.others}
        text = (
            f"{done.rows} rows, {done.changes} lines of history and {done.others} files and pages"
            " of imports carry the current keys now."
            if any(told.values())
            else "Nothing to do: everything carries the current keys already."
        )
        self.stdout.write(json.dumps(told) if options["json"] else text)
