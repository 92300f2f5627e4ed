"""Worksheets of decisions: handed out, taken back, and what failed handed out again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.imports import heads
from agencyhub.imports.engine import rejected
from agencyhub.imports.engine.reading import ERROR, LINE
from agencyhub.imports.kinds import DRY_RUN
from agencyhub.imports.models import Import
from agencyhub.lib.retelling import retell
from agencyhub.records.lists.models import ExportLog
from eoi.asked import Asked
from eoi.models import Decision, EoiRequest
from eoi.results import Failed, Result
from eoi.selectors import worksheets as selectors
from eoi.selectors.worksheets import Pending
from eoi.services import deciding
from eoi.worksheets import columns, instructions, reading, writing
from eoi.worksheets.columns import Column
from eoi.worksheets.writing import Value, Wrong
from groups.models import EmployerGroup
from groups.models.groups import EmployerGroupQuerySet
from groups.services import reveal

LIST = "eoi_open"
FORMAT = "xml"
# After so many rows a sign of life: the lease on an import is a minute and a half.
SLICE = deciding.CHUNK
MOST_FORGOTTEN = 20


def empty_worksheet() -> Iterator[bytes]:
    """A worksheet without rows."""
    return _workbook(columns.EMPTY, ())


def update_worksheet(
    *, user: User, group: EmployerGroup | None, with_ssn: bool, reason: str, at: datetime
) -> Iterator[bytes]:
    """A worksheet of the requests that wait, of one group or of all; who took it is noted.

    ``with_ssn`` uncovers the SSNs in it, each on record with the reason.

    Raises:
        ReasonMissingError, UnreadableSecretError: see ``groups.services.reveal``.
    """
    rows = selectors.pending(user=user, group_id=group.pk if group else None)
    ssns: dict[int, str] = {}
    if with_ssn:
        sealed = {one.employee_id: one.ssn for one in rows if one.ssn is not None}
        ssns = reveal.reveal_ssns(sealed=sealed, user=user, reason=reason)
    shown = columns.update(with_ssn=with_ssn)
    filters = [group.name] if group else []
    _note(user, shown, len(rows), filters=filters, with_ssn=with_ssn, at=at)
    return _workbook(shown, [_values(one, ssns if with_ssn else None) for one in rows])


def _values(one: Pending, ssns: dict[int, str] | None) -> list[Value]:
    ssn = one.ssn_tail if ssns is None else ssns.get(one.employee_id, "")
    plan = one.requested_plan or one.plan
    return [
        one.group, one.subscriber_id, ssn, one.last_name, one.first_name, one.covered,
        one.benefit, one.lookup_code, plan, one.volume, one.requested, one.guaranteed, one.waits,
        one.covered_since, one.asked_from, str(EoiRequest.Form(one.form_status).label),
        *[None] * len(columns.ASKED), str(one.pk),
    ]  # fmt: skip


def take(run: Import, *, at: datetime) -> None:
    """Decide what the rows of an uploaded worksheet say, and keep those that failed.

    Called again after a worker died, rows that were decided stay so and are reported as such.

    Raises:
        UnreadableFileError: it is no worksheet of decisions; the message says what to do.
    """
    with heads.laid_out(run.file) as path:
        sheet = reading.read(path)
    run.headers, run.rows = sheet.headings, len(sheet.rows) + sheet.undecided
    run.same, run.progress = sheet.undecided, 0
    run.save(update_fields=["headers", "rows", "same", "progress"])
    result = Result()
    for start in range(0, len(sheet.rows), SLICE):
        result.add(_decide(run, sheet.rows[start : start + SLICE], at=at))
        Import.objects.filter(pk=run.pk).update(
            progress=len(result.valid) + len(result.failed), alive_at=timezone.now()
        )
    run.rejections.all().delete()
    if result.failed:
        rejected.keep(run, _frame(sheet.cells, result.failed, width=len(sheet.headings)))
    run.new, run.rejected = result.valid_count, result.failed_count
    run.totals = _totals(result, sheet.forgotten)
    run.state = Import.State.DISCARDED if run.options.get(DRY_RUN) else Import.State.IMPORTED
    run.alive_at, run.committed_at, run.problem = None, at, ""
    run.save(
        update_fields=[
            *("new", "rejected", "totals", "state", "alive_at", "committed_at", "problem"),
        ]
    )


def _decide(run: Import, rows: Sequence[Asked], *, at: datetime) -> Result:
    within: EmployerGroupQuerySet | None = None if run.user else EmployerGroup.objects.all()
    channel = Decision.Channel.WORKSHEET
    if run.options.get(DRY_RUN):
        return deciding.preview(rows, channel=channel, user=run.user, within=within, at=at)
    source = selectors.source_of(run)
    return deciding.decide(
        rows, channel=channel, user=run.user, within=within, source=source, at=at
    )


def _totals(result: Result, forgotten: Sequence[int]) -> dict[str, object]:
    ids = [one.decision_id for one in result.valid if one.decision_id]
    found: dict[str, object] = {selectors.FORGOTTEN: list(forgotten[:MOST_FORGOTTEN])}
    return found | {selectors.DECISIONS: [min(ids), max(ids)]} if ids else found


def _frame(cells: dict[int, list[str]], failed: Sequence[Failed], *, width: int) -> pl.DataFrame:
    """Failed rows as imports keep them, with a column for each error in turn, in English."""
    with translation.override(settings.LANGUAGE_CODE):
        found = [
            {f"{ERROR}{at}:{one.field}": one.text for at, one in enumerate(row.problems)}
            for row in failed
        ]
    names = sorted({name for one in found for name in one})
    rows = [cells[row.asked.row] for row in failed]
    return pl.DataFrame(
        {
            LINE: pl.Series([row.asked.row for row in failed], dtype=pl.UInt32),
            **{
                f"c{at}": pl.Series([row[at] if at < len(row) else "" for row in rows])
                for at in range(width)
            },
            **{name: pl.Series([one.get(name) for one in found], dtype=pl.String)
               for name in names},
        }
    )  # fmt: skip


def failed_worksheet(run: Import, *, user: User, at: datetime) -> Iterator[bytes]:
    """The rows that failed, as they were uploaded, with a column of errors; noted.

    SSNs are in it for whoever uploaded them and for those who may reveal them; the last four
    digits for others.
    """
    with_ssn = run.user_id == user.pk or user.has_perm(selectors.REVEAL)
    known = [columns.of(heading) or Column(heading) for heading in run.headers]
    if not with_ssn:
        known = [columns.SSN_LAST_4 if one is columns.SSN else one for one in known]
    shown = [columns.ERRORS, *(replace(one, style="text") for one in known)]
    _note(user, shown, run.rejected, filters=[run.file_name], with_ssn=with_ssn, at=at)
    return _workbook(shown, list(_failed_rows(run, known)), spare_rows=0)


def _failed_rows(run: Import, known: Sequence[Column]) -> Iterator[list[Value]]:
    for row in rejected.read(run):
        wrong = selectors.wrong(row.errors)
        cells: list[Value] = [Wrong(", ".join(retell(text) for _, text in row.errors))]
        for column, cell in zip(known, row.cells, strict=False):
            text = selectors.masked(cell) if column is columns.SSN_LAST_4 else cell
            cells.append(Wrong(text) if column.field and column.field in wrong else text)
        yield cells


def _note(
    user: User,
    shown: Sequence[Column],
    rows: int,
    *,
    filters: list[str],
    with_ssn: bool,
    at: datetime,
) -> None:
    """Note who took which rows out, as for exports of lists."""
    ExportLog.objects.create(
        user=user,
        list_key=LIST,
        format=FORMAT,
        filters=[gettext("Worksheet"), *filters],
        columns=[column.label for column in shown],
        rows=rows,
        is_masked=not with_ssn,
        finished_at=at,
    )


def _workbook(
    shown: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    *,
    spare_rows: int = writing.SPARE_ROWS,
) -> Iterator[bytes]:
    """Write a worksheet; all its words are in the language of the moment, not of the stream's."""
    return writing.workbook(
        shown,
        rows,
        instructions=instructions.rows(),
        actions=instructions.labels(),
        hints=instructions.hints(),
        spare_rows=spare_rows,
    )
