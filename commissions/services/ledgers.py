"""What files of carriers need before they are read, and what follows when they are imported."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pgtrigger
import polars as pl
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from agencyhub.imports.engine import frames, ledger
from agencyhub.imports.models import Import, ImportedRows
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.models import BookRow, CommissionLine, MatchChange
from commissions.services import refresh
from policies.models import Carrier
from policies.services.carriers import find_carrier, resolve_carrier

# A statement is rewritten while its month lasts, and a few weeks longer.
REWRITTEN_WITHIN = timedelta(days=100)
# Of a former copy of a statement at least this share is in the new one.
SAME_STATEMENT = 0.5
RECORDS = "ledger_records"
_TOLD = sql.SQL(
    "UPDATE commissions_bookrow AS b SET as_of_date = greatest(b.as_of_date, {as_of}),"
    " source_id = {run} FROM {records} AS r WHERE b.id = r.id"
    " AND coalesce(b.as_of_date, '-infinity') <= {as_of}"
    " AND (b.as_of_date, b.source_id) IS DISTINCT FROM ({as_of}, {run})"
)
_MONTHS = sql.SQL(
    "SELECT DISTINCT date_trunc('month', l.statement_date)::date FROM commissions_commissionline"
    " AS l JOIN {records} AS r USING (id) WHERE l.statement_date IS NOT NULL"
)
_OF_MONTHS = sql.SQL(
    "SELECT l.id FROM commissions_commissionline AS l JOIN {records} AS r USING (id)"
    " WHERE date_trunc('month', l.statement_date)::date = ANY({months})"
)


class CarrierNotSaidError(DomainError):
    """Nobody knows whose file this is."""

    code = "carrier_not_said"


def prepare(run: Import, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Complete the options of an import: whose file it is, and of which day.

    A carrier that a layout or a person names, and that nobody has yet, is added and flagged for
    review, as those that partners name.

    Raises:
        CarrierNotSaidError: no column, no layout and nobody says it.
    """
    carrier = _carrier(options)
    names = {column["field"] for column in run.version.columns} if run.version else set()
    if carrier is None and "carrier" not in names:
        msg = "Nobody said whose file this is. Choose the carrier with the columns’ fields."
        raise CarrierNotSaidError(msg)
    told = options.get("as_of")
    return {
        "carrier_id": carrier.pk if carrier else None,
        "carrier_name": carrier.name if carrier else None,
        "as_of": told or timezone.localdate(run.created_at).isoformat(),
        "is_told": bool(told),
        "import_id": run.pk,
        "file_id": run.file_id,
        "sheet": run.sheet,
    }


def _carrier(options: Mapping[str, Any]) -> Carrier | None:
    said = options.get("carrier")
    if not said:
        return None
    if isinstance(said, int) or str(said).isdecimal():
        return Carrier.objects.get(pk=int(said))
    for name in (str(said), *options.get("carrier_also", ())):
        if found := find_carrier(name)[0]:
            return found
    summary = "Carrier added for a file"
    with history.batch(user=None, channel=Batch.Channel.IMPORT, summary=summary):
        return resolve_carrier(name=str(said), partner="import").carrier


def named_carriers() -> list[tuple[str, str]]:
    """Carriers that a layout may be said to be of, by name: that is how layouts name them."""
    rows = Carrier.objects.filter(is_active=True).order_by("name_key", "pk")
    return [(name, name) for name in rows.values_list("name", flat=True)]


def after_book(batch_id: int) -> None:
    """Note of every row that the book told again when that was; then match. May run twice."""
    for run in Import.objects.filter(batch=batch_id).select_related("version__template"):
        as_of = date.fromisoformat(_as_of(run))
        ignored = pgtrigger.ignore("commissions.BookRow:history_update")
        with transaction.atomic(), ignored, connection.cursor() as cursor:
            _stage(_records(run.pk))
            cursor.execute(
                _TOLD.format(
                    as_of=sql.Literal(as_of), run=sql.Literal(run.pk), records=_name(RECORDS)
                )
            )
    refresh.request()


def after_statement(batch_id: int) -> None:
    """Put aside what rewritten statements do not say any more; then match. May run twice."""
    runs = Import.objects.filter(batch=batch_id).select_related("version__template", "batch")
    for run in runs:
        if run.batch is not None and _option(run, "is_rolling"):
            with history.resume(run.batch):
                _supersede(run)
    refresh.request()


def _supersede(run: Import) -> None:
    """Lines of former copies of this statement that it has no more; those it has again count."""
    here = _records(run.pk)
    lines = CommissionLine.objects
    aside = lines.filter(superseded_at__isnull=False).values_list("pk", flat=True)
    back = pl.Series("id", list(aside), pl.Int64)
    back = back.filter(back.is_in(here.implode()))
    _mark(back, at=None)
    _stage(here)
    months = frames.fetch(_MONTHS.format(records=_name(RECORDS)), {"month": pl.Date})
    if not months.height:
        return
    for former in _former_copies(run):
        there = _of_months(_records(former), months["month"])
        gone = there.filter(~there.is_in(here.implode()))
        if len(there) and len(there) - len(gone) >= len(there) * SAME_STATEMENT:
            _mark(gone, at=timezone.now())


def _mark(records: pl.Series, *, at: datetime | None) -> None:
    """Put lines aside, or let them count again; Refresh looks at those that this changes."""
    lines = CommissionLine.objects.filter(pk__in=records.to_list())
    changed = lines.filter(superseded_at__isnull=at is not None)
    pks = list(changed.values_list("pk", flat=True))
    CommissionLine.objects.filter(pk__in=pks).update(superseded_at=at)
    MatchChange.objects.bulk_create(
        [MatchChange(kind=MatchChange.Kind.LINE, first_id=pk, last_id=pk) for pk in pks]
    )


def _former_copies(run: Import) -> list[int]:
    """Earlier imports of the same layout, as far back as months are rewritten."""
    if run.version is None:
        return []
    since = run.created_at - REWRITTEN_WITHIN
    runs = Import.objects.filter(
        kind=run.kind,
        state=Import.State.IMPORTED,
        version__template=run.version.template_id,
        pk__lt=run.pk,
        created_at__gte=since,
    )
    return list(runs.order_by("pk").values_list("pk", flat=True))


def _records(run_id: int) -> pl.Series:
    """The records that the rows of an import went to, or were."""
    pages = ImportedRows.objects.filter(run=run_id).order_by("first_line")
    held = [ledger.unpack(data, pl.Int64) for data in pages.values_list("records", flat=True)]
    return pl.concat(held).unique() if held else pl.Series("id", [], pl.Int64)


def _of_months(records: pl.Series, months: pl.Series) -> pl.Series:
    _stage(records)
    wanted = sql.Literal([str(one) for one in months.to_list()]) + sql.SQL("::date[]")
    query = _OF_MONTHS.format(records=_name(RECORDS), months=wanted)
    return frames.fetch(query, {"id": pl.Int64})["id"]


def _stage(records: pl.Series) -> None:
    """Put keys into a temporary table for the statements that follow."""
    frame = pl.DataFrame({"row": records, "id": records})
    frames.temporary(RECORDS, BookRow._meta.db_table, ["id"], frame)


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(table)


def _option(run: Import, key: str) -> Any:
    known = run.version.template.options if run.version else {}
    return run.options.get(key, known.get(key))


def _as_of(run: Import) -> str:
    return str(run.options.get("as_of") or timezone.localdate(run.created_at).isoformat())
