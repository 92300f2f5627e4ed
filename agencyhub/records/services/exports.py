"""Files of lists, and the note of who took which rows out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, TypeVar

from django.utils import timezone
from django.utils.translation import gettext

from agencyhub.accounts.models import ApiKey, User
from agencyhub.lib.errors import DomainError
from agencyhub.records.lists import export
from agencyhub.records.lists.export import Piece
from agencyhub.records.lists.models import ExportLog
from agencyhub.records.lists.state import State

CSV, XLSX = "csv", "xlsx"
Row = TypeVar("Row")


class NotReadableError(DomainError):
    """The list is asked for in a way that cannot be read."""

    code = "list_not_readable"


class TooManyForWorkbookError(DomainError):
    """More rows than a workbook is made of here."""

    code = "too_many_for_workbook"


def export_csv(*, state: State) -> Iterator[bytes]:
    """The list as CSV, part by part; noted with the rows that were sent, even when it breaks off.

    Raises:
        NotReadableError: a part of the address was not understood.
    """
    log = _begin(state, CSV)
    return export.as_csv(state.shown, _noting(state, log))


def export_xlsx(*, state: State) -> IO[bytes]:
    """The list as a workbook; the caller closes it.

    Raises:
        NotReadableError: a part of the address was not understood.
        TooManyForWorkbookError: above ``export.XLSX_ROWS`` rows.
    """
    if state.rows[: export.XLSX_ROWS + 1].count() > export.XLSX_ROWS:
        msg = gettext(
            "A workbook is made of at most %(xlsx_rows)s rows here. Export as CSV, "
            "which has no limit and opens in Excel as well, or filter further."
        ) % {"xlsx_rows": f"{export.XLSX_ROWS:,}"}
        raise TooManyForWorkbookError(msg)
    log = _begin(state, XLSX)
    return export.as_xlsx(state.shown, _noting(state, log), title=str(state.kind.title))


def noted(
    rows: Iterable[Row],
    *,
    user: User | None,
    api_key: ApiKey | None,
    list_key: str,
    file_format: str,
    columns: Sequence[str],
) -> Iterator[Row]:
    """Hand on rows that leave with personal data in full, and note who took how many of them.

    The note is written before the first row, and says how many were sent even when it breaks off.
    """
    log = ExportLog.objects.create(
        user=user,
        api_key=api_key,
        list_key=list_key,
        format=file_format,
        columns=list(columns),
        is_masked=False,
    )
    try:
        for row in rows:
            yield row
            log.rows += 1
        log.finished_at = timezone.now()
    finally:
        log.save(update_fields=["rows", "finished_at"])


def _begin(state: State, file_format: str) -> ExportLog:
    if state.is_broken:
        raise NotReadableError(" ".join(state.problems))
    return ExportLog.objects.create(
        user=state.user,
        list_key=state.kind.key,
        format=file_format,
        filters=state.in_words(),
        columns=[str(column.label) for column in state.shown],
        is_masked=not export.may_see_personal_data(state.user),
    )


def _noting(state: State, log: ExportLog) -> Iterator[Piece]:
    found = export.pieces(state.rows, order=state.order, columns=state.shown, user=state.user)
    try:
        for piece in found:
            if state.kind.on_export:
                state.kind.on_export(state.user, piece.pks)
            yield piece
            log.rows += len(piece.pks)
        log.finished_at = timezone.now()
    finally:
        log.save(update_fields=["rows", "finished_at"])
