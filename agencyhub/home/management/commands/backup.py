"""Save everything but the keys."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencyhub.home.backups import saving
from agencyhub.lib.errors import DomainError


class Command(BaseCommand):
    help = "Save the database of one moment and the sealed files. Keys are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="A new directory.")
        parser.add_argument("--jobs", type=int, default=2, help="Tables read at a time (2).")
        parser.add_argument("--json", action="store_true", help="Print an object.")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            told = saving.backup(
                directory=options["directory"], at=timezone.now(), jobs=options["jobs"]
            )
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        size = sum(file["size"] for file in told.files.values())
        result = {
            "directory": str(options["directory"]),
            "tables": len(told.tables),
            "rows": told.rows,
            "files": len(told.files),
            "bytes": size,
            "made_at": told.made_at,
        }
        text = (
            f"{told.rows:,} rows of {len(told.tables)} tables and the files: {size:,} bytes in"
            f" {options['directory']}. Keep FIELD_ENCRYPTION_KEYS and BLIND_INDEX_KEY elsewhere."
        )
        self.stdout.write(json.dumps(result) if options["json"] else text)
