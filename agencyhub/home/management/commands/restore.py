"""Bring a backup back."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencyhub.home.backups import restoring
from agencyhub.lib.errors import DomainError


class Command(BaseCommand):
    help = "Bring a backup back into an empty database, compare everything, then take its place."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="What `backup` made.")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Also when the database holds something: it is kept under another name.",
        )
        parser.add_argument("--jobs", type=int, default=2, help="Tables written at a time (2).")
        parser.add_argument("--json", action="store_true", help="Print an object.")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            done = restoring.restore(
                directory=options["directory"],
                replace=options["replace"],
                at=timezone.now(),
                jobs=options["jobs"],
            )
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        result = {
            "made_at": done.told.made_at,
            "tables": len(done.told.tables),
            "rows": done.told.rows,
            "files": len(done.told.files),
            "pending_migrations": done.pending,
            "replaced": done.replaced,
        }
        self.stdout.write(json.dumps(result) if options["json"] else _sentence(done))


def _sentence(done: restoring.Restored) -> str:
    words = [f"{done.told.rows:,} rows of {len(done.told.tables)} tables are as they were."]
    if done.pending:
        words.append(f"Run migrate: {done.pending} migrations are newer.")
    if done.replaced:
        words.append(f"What was there before is the database {done.replaced}.")
    return " ".join(words)
