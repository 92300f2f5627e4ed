"""Take back what an import did."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.imports.models import Import
from agencyhub.imports.services import runs
from agencyhub.lib.errors import DomainError


class Command(BaseCommand):
    help = "Take back an import: its new records go, changed ones are restored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", type=int, help="As import_file prints it.")
        parser.add_argument("--user", default="", help="Who undoes it; else who imported it.")
        parser.add_argument("--json", action="store_true", help="Print an object.")

    def handle(self, *_args: Any, **options: Any) -> None:
        batch_id = options["batch"]
        run = Import.objects.filter(batch=batch_id).select_related("user").first()
        if run is None:
            msg = f"No import made batch {batch_id}."
            raise CommandError(msg)
        user = _user(options["user"], run)
        try:
            result = runs.undo(import_id=run.pk, user=user, at=timezone.now())
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        told = {
            "import": run.pk,
            "batch": batch_id,
            "undo": result.batch.pk,
            "restored": result.restored,
            "kept": result.kept,
        }
        if options["json"]:
            self.stdout.write(json.dumps(told))
            return
        self.stdout.write(f"{result.restored:,} rows went back, {len(result.kept):,} were kept.")
        for kept in result.kept:
            self.stdout.write(f"kept: {kept}")


def _user(username: str, run: Import) -> User:
    """Who answers for the undo: the one that was named, the importer, or an administrator."""
    if username:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            msg = f"Nobody signs in as {username}."
            raise CommandError(msg)
        return user
    everyone = User.objects.filter(is_active=True).order_by("pk")
    user = run.user or next((one for one in everyone if _may_undo(one)), None)
    if user is None:
        msg = "Nobody here may undo. Name somebody with --user."
        raise CommandError(msg)
    return user


def _may_undo(user: User) -> bool:
    return user.has_perms(["records.undo_batch", "imports.view_import"])
