"""Import a file at once: the four steps of the pages, without a worker."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencyhub.accounts.models import User
from agencyhub.imports import kinds, tasks
from agencyhub.imports.kinds import DRY_RUN
from agencyhub.imports.models import Import
from agencyhub.imports.services import files, mapping, runs
from agencyhub.lib.errors import DomainError

State = Import.State


class Command(BaseCommand):
    help = "Import a file. A header seen for the first time is matched by its names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[kind.key for kind in kinds.every()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--carrier", default="", help="Whose file it is, where it matters.")
        parser.add_argument("--user", default="", help="Who imports; nobody: AgencyHub itself.")
        parser.add_argument("--dry-run", action="store_true", help="Only count what it would do.")
        parser.add_argument("--json", action="store_true", help="Print an object.")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            msg = f"There is no file {path}."
            raise CommandError(msg)
        try:
            run = _import(path, options, user=_user(options["user"]))
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        told = _told(run)
        self.stdout.write(json.dumps(told) if options["json"] else _sentence(run))


def _user(username: str) -> User | None:
    if not username:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        msg = f"Nobody signs in as {username}."
        raise CommandError(msg)
    return user


def _import(path: Path, options: dict[str, Any], *, user: User | None) -> Import:
    run = files.receive(
        content=path,
        name=path.name,
        kind=options["kind"],
        user=user,
        options=_wishes(options),
        is_queued=False,
    )
    if run.state == State.DUPLICATE:
        return run
    tasks.stage_import(run.pk)
    run.refresh_from_db()
    if run.state != State.ATTENTION and kinds.of(run.kind).take is not None:
        return run
    if run.state == State.MAPPING:
        _match_by_names(run, user=user)
    if run.state != State.CHECKED:
        raise CommandError(run.problem or "The file could not be read.")
    if options["dry_run"]:
        runs.discard(import_id=run.pk, user=user)
    elif runs.has_work(run):
        runs.start_commit(import_id=run.pk, user=user, is_queued=False)
        tasks.import_rows(run.pk)
    run.refresh_from_db()
    return run


def _wishes(options: dict[str, Any]) -> dict[str, Any]:
    is_taken = kinds.of(options["kind"]).take is not None
    wishes = {"carrier": options["carrier"], DRY_RUN: options["dry_run"] and is_taken}
    return {name: value for name, value in wishes.items() if value}


def _match_by_names(run: Import, *, user: User | None) -> None:
    """Take the proposed mapping, when it fills every required field, and check the rows."""
    proposal = mapping.propose(run)
    taken = {one.field_key for one in proposal.columns}
    fields = kinds.of(run.kind).fields_for(user).values()
    missing = [one.label for one in fields if one.required and one.key not in taken]
    if missing:
        msg = f"No column fits: {', '.join(missing)}. Match the columns under /imports/{run.pk}/."
        raise CommandError(msg)
    mapping.save(
        import_id=run.pk,
        columns=[{"header": one.header, "field": one.field_key} for one in proposal.columns],
        template_id=proposal.template.pk if proposal.template else None,
        name=Path(run.file_name).stem[:80],
        user=user,
        is_queued=False,
    )
    tasks.stage_import(run.pk)
    run.refresh_from_db()


def _told(run: Import) -> dict[str, Any]:
    return {
        "import": run.pk,
        "batch": run.batch_id,
        "state": run.state,
        "rows": run.rows,
        "new": run.new,
        "changed": run.changed,
        "same": run.same,
        "rejected": run.rejected,
        "duplicate_of": run.duplicate_of_id,
    }


def _sentence(run: Import) -> str:
    if run.state == State.DUPLICATE:
        return f"import {run.pk}: the same file as import {run.duplicate_of_id}; nothing to do."
    counts = (("new", run.new), ("changed", run.changed), ("same", run.same))
    words = [f"{number:,} {word}" for word, number in (*counts, ("rejected", run.rejected))]
    batch = f" batch {run.batch_id}" if run.batch_id else ""
    return f"import {run.pk}{batch}: {run.get_state_display().lower()}; {', '.join(words)}"
