"""Rejected rows put right on screen, or left out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.engine import repaired
from agencyhub.imports.models import Import, Repair
from agencyhub.imports.selectors import rows
from agencyhub.imports.services.runs import (
    NOT_WHOLE,
    ImportNotReadyError,
    NotWholeError,
    locked,
)

State = Import.State
OPEN = (State.CHECKED, State.IMPORTED)
# More rows than this are quicker corrected in their file.
MOST = 20_000


@dataclass(frozen=True)
class RowCheck:
    """Whether a row can be imported as it is now, and what is wrong by field if not."""

    is_valid: bool
    errors: list[tuple[str, str]]


@transaction.atomic
def repair_row(
    *, import_id: int, line: int, cells: Mapping[str, str], user: User | None
) -> RowCheck:
    """Keep other cells for a rejected row, by field, and check it as the file's rows were.

    Raises:
        ImportNotAllowedError, ImportNotReadyError: see ``runs.locked``.
        NotWholeError: rows of such a file are corrected in the file.
    """
    run = locked(import_id, user=user, states=OPEN)
    _refuse_taken(run, [line])
    errors = repaired.errors_of(run, kinds.of(run.kind).for_user(run.user), {line: cells})[line]
    Repair.objects.update_or_create(
        run=run,
        line=line,
        defaults={"cells": repaired.seal(cells), "is_valid": not errors, "user": user},
    )
    return RowCheck(not errors, errors)


@transaction.atomic
def check_again(*, import_id: int, field_of: str, texts: Collection[str]) -> None:
    """Take rejected rows of an import along that waited for values which somebody decided on.

    ``field_of`` is the list that did not know the ``texts``. Rows that are right now count as
    repaired; those that a person repaired or left out are left to the person.
    """
    run = Import.objects.select_for_update().filter(pk=import_id, state=State.IMPORTED).first()
    if run is None or not run.rejected:
        return
    kind = kinds.of(run.kind).for_user(run.user)
    waiting = rows.waiting_for(run, kind, list_key=field_of, texts=texts, most=MOST)
    errors = repaired.errors_of(run, kind, waiting)
    Repair.objects.bulk_create(
        Repair(run=run, line=line, cells=repaired.seal(cells), is_valid=True)
        for line, cells in waiting.items()
        if not errors[line]
    )


@transaction.atomic
def leave_out(*, import_id: int, lines: Sequence[int], user: User | None) -> None:
    """Put rejected rows aside for good; a later repair changes one's mind.

    Raises:
        ImportNotAllowedError, ImportNotReadyError, NotWholeError: as ``repair_row``.
    """
    run = locked(import_id, user=user, states=OPEN)
    _refuse_taken(run, lines)
    for line in lines:
        Repair.objects.update_or_create(
            run=run,
            line=line,
            defaults={"cells": None, "is_valid": False, "user": user},
        )


def _refuse_taken(run: Import, lines: Sequence[int]) -> None:
    if kinds.of(run.kind).exact:
        raise NotWholeError(NOT_WHOLE)
    if run.repairs.filter(line__in=lines, committed_at__isnull=False).exists():
        msg = gettext_noop("This row was imported already. Edit the record itself.")
        raise ImportNotReadyError(msg)
