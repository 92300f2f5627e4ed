"""Rejected rows put right on screen, or left out."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.engine import rejected, repaired
from agencyhub.imports.kinds import Kind
from agencyhub.imports.models import Import, Repair
from agencyhub.imports.selectors import layouts, rows
from agencyhub.imports.services.runs import (
    NOT_WHOLE,
    ImportNotReadyError,
    NotWholeError,
    locked,
)
from agencyhub.imports.types.text import Zip
from agencyhub.lib.text import tidy

State = Import.State
OPEN = (State.CHECKED, State.IMPORTED)
# More rows than this are quicker corrected in their file.
MOST = 20_000
SHORT_ZIP = re.compile(r"[0-9]{3,4}")


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

    A ZIP code of three or four digits that a person typed is refused and not kept: only to those of
    the file a spreadsheet may have left the zeros in front away.

    Raises:
        ImportNotAllowedError, ImportNotReadyError: see ``runs.locked``.
        NotWholeError: rows of such a file are corrected in the file.
    """
    run = locked(import_id, user=user, states=OPEN)
    _refuse_taken(run, [line])
    kind = kinds.of(run.kind).for_user(run.user)
    errors = repaired.errors_of(run, kind, {line: cells})[line]
    if short := _short_zips(run, kind, line, cells):
        return RowCheck(False, [*errors, *short])
    Repair.objects.update_or_create(
        run=run,
        line=line,
        defaults={"cells": repaired.seal(cells), "is_valid": not errors, "user": user},
    )
    return RowCheck(not errors, errors)


def _short_zips(
    run: Import, kind: Kind, line: int, cells: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What is wrong with ZIP codes that the row of the file does not have, by field."""
    typed = {
        one.key: tidy(cells.get(one.key) or "") for one in kind.fields if one.type.name == Zip.name
    }
    short = {key: text for key, text in typed.items() if SHORT_ZIP.fullmatch(text)}
    of_file = _cells_of_file(run, line) if short else {}
    return [
        (key, gettext("A ZIP code has 5 digits, or 9 with a dash."))
        for key, text in short.items()
        if text != tidy(of_file.get(key) or "")
    ]


def _cells_of_file(run: Import, line: int) -> dict[str, str]:
    """The cells of one rejected row as the file has them, by field; the first of two columns."""
    row = next(rejected.read(run, after_line=line - 1), None)
    if row is None or row.line != line or run.version is None:
        return {}
    keys = layouts.keys_of(run.version, run.headers)
    return dict(reversed(list(zip(keys, row.cells, strict=False))))


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
