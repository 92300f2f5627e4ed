"""Workbooks with several sheets: each is an import of its own, of the same file."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.imports import queue
from agencyhub.imports.models import Import
from agencyhub.imports.services.files import WITHOUT_EFFECT, check_allowed
from agencyhub.lib.errors import DomainError


class NoSuchSheetError(DomainError):
    """The workbook has no further sheet of that name, or it is imported already."""

    code = "no_such_sheet"


def others(run: Import) -> list[str]:
    """The sheets of the workbook whose headers are known and that nobody imports yet."""
    known = [name for name, _ in run.mark.get("sheets", [])]
    if not known or not run.file.stored_as:
        return []
    read = Import.objects.filter(file=run.file, kind=run.kind).exclude(state__in=WITHOUT_EFFECT)
    taken = {run.sheet, *read.values_list("sheet", flat=True)}
    return [name for name in known if name not in taken]


@transaction.atomic
def read_also(*, import_id: int, sheet: str, user: User | None) -> Import:
    """Import another sheet of the workbook, as the first one was: nobody uploads it again.

    Raises:
        ImportNotAllowedError: see ``files.check_allowed``.
        NoSuchSheetError: see there.
    """
    run = Import.objects.select_for_update(of=("self",)).select_related("file").get(pk=import_id)
    check_allowed(run.kind, user=user)
    if sheet not in others(run):
        msg = gettext_noop("That sheet is imported already, or the file is deleted.")
        raise NoSuchSheetError(msg)
    also = Import.objects.create(
        kind=run.kind,
        file=run.file,
        file_name=run.file_name,
        sheet=sheet,
        header_line=dict(run.mark["sheets"])[sheet],
        mode=run.mode,
        options=run.options,
        user=user,
    )
    transaction.on_commit(partial(queue.stage, also.pk))
    return also
