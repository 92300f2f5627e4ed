"""Rejected rows put right on screen, or left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.engine import repaired
from agencyhub.imports.models import Import, Repair
from agencyhub.imports.services.runs import (
    NOT_WHOLE,
    ImportNotReadyError,
    NotWholeError,
    locked,
)

OPEN = (Import.State.CHECKED, Import.State.IMPORTED)


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
    errors = repaired.errors_of(run, kinds.of(run.kind).for_user(run.user), line, cells)
    Repair.objects.update_or_create(
        run=run,
        line=line,
        defaults={"cells": repaired.seal(cells), "is_valid": not errors, "user": user},
    )
    return RowCheck(not errors, errors)


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
        msg = "This row was imported already. Edit the record itself."
        raise ImportNotReadyError(msg)
