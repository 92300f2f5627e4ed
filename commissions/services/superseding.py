"""Statements that carriers write anew while their month lasts: which lines count no more.

An import is a copy of an earlier one when at least half of that one's lines of the same months are
in it. Lines that the copy lacks are put aside; lines that were put aside and are in it count again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from agencyhub.imports.engine import frames
from agencyhub.imports.engine.parts import Parts
from agencyhub.imports.engine.planning import record_of
from agencyhub.imports.kinds import Foreseen, Kind
from agencyhub.imports.models import Import
from commissions.models import CommissionLine, MatchChange
from commissions.models.readings import records_of

# A statement is rewritten while its month lasts, and a few weeks longer.
REWRITTEN_WITHIN = timedelta(days=100)
# Of a former copy of a statement at least this share is in the new one.
SAME_STATEMENT = 0.5
RECORDS = "statement_lines"
_LINES = sql.SQL(
    "SELECT l.id, date_trunc('month', l.statement_date)::date,"
    " (l.superseded_at IS NOT NULL)::text"
    " FROM commissions_commissionline AS l JOIN {records} AS r USING (id)"
)
_SCHEMA = {"id": pl.Int64, "month": pl.Date, "is_aside": pl.Boolean}
# Refresh looks at the lines that this changes.
_MARK = sql.SQL(
    "WITH marked AS (UPDATE commissions_commissionline AS l SET superseded_at = {at}"
    " FROM {records} AS r WHERE l.id = r.id RETURNING l.id)"
    " INSERT INTO commissions_matchchange (kind, first_id, last_id)"
    " SELECT {kind}, id, id FROM marked"
)


@dataclass(frozen=True)
class Rewritten:
    """Lines of an earlier copy that a statement lacks; or, without a copy, lines it has again."""

    former: Import | None
    lines: pl.Series


def supersede(run: Import) -> None:
    """Put aside what an imported statement does not say any more. May run twice."""
    here = records_of(run.pk)
    for one in _rewritten(run, here, _lines(here)["month"].drop_nulls().unique()):
        _mark(one.lines, at=timezone.now() if one.former else None)


@transaction.atomic
def foresee(run: Import, kind: Kind) -> list[Foreseen]:
    """What importing a checked statement puts aside, by file, and what it lets count again."""
    if not is_rolling(run):
        return []
    here, months = _planned(run, kind)
    return [
        Foreseen(
            label="superseded" if one.former else "counts_again",
            count=len(one.lines),
            import_id=one.former.pk if one.former else None,
            file_name=one.former.file_name if one.former else "",
        )
        for one in _rewritten(run, here, months)
    ]


def is_rolling(run: Import) -> bool:
    """Whether the statement's layout, or who handed it over, says that it is written anew."""
    known = run.version.template.options if run.version else {}
    return bool(run.options.get("is_rolling", known.get("is_rolling")))


def _planned(run: Import, kind: Kind) -> tuple[pl.Series, pl.Series]:
    """The known lines that a checked statement has again, and its months."""
    parts, record = Parts(run.staged_as, run.parts), record_of(kind.targets[0])
    plans = (parts.read_plan(number) for number in range(parts.count))
    known = [plan[record] for plan in plans if record in plan.columns]
    typed = (parts.read(number) for number in range(parts.count))
    days = [frame["statement_date"].dt.truncate("1mo").unique() for frame in typed]
    here = pl.concat([pl.Series("id", [], pl.Int64), *known]).drop_nulls().unique()
    months = pl.concat([pl.Series("month", [], pl.Date), *days]).drop_nulls().unique()
    return here.filter(here > 0), months


def _rewritten(run: Import, here: pl.Series, months: pl.Series) -> Iterator[Rewritten]:
    again = _lines(here).filter(pl.col("is_aside"))["id"]
    if len(again):
        yield Rewritten(None, again)
    aside = pl.Series("id", [], pl.Int64)
    for former in _former_copies(run) if len(months) else ():
        there = _lines(records_of(former.pk)).filter(pl.col("month").is_in(months.implode()))
        gone = there.filter(~pl.col("id").is_in(here.implode()))
        is_copy = there.height and there.height - gone.height >= there.height * SAME_STATEMENT
        counts = ~pl.col("is_aside") & ~pl.col("id").is_in(aside.implode())
        lines = gone.filter(counts)["id"]
        if is_copy and len(lines):
            aside = aside.append(lines)
            yield Rewritten(former, lines)


def _former_copies(run: Import) -> list[Import]:
    """Earlier imports of the same layout, as far back as months are rewritten; newest first."""
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
    return list(runs.order_by("-pk"))


def _lines(wanted: pl.Series) -> pl.DataFrame:
    """Key, month, and whether it is put aside, of each line."""
    if not len(wanted):
        return pl.DataFrame(schema=_SCHEMA)
    _stage(wanted)
    return frames.fetch(_LINES.format(records=sql.Identifier(RECORDS)), _SCHEMA)


def _mark(lines: pl.Series, *, at: datetime | None) -> None:
    """Put lines aside, or let them count again."""
    _stage(lines)
    query = _MARK.format(
        at=sql.Literal(at), records=sql.Identifier(RECORDS), kind=sql.Literal(MatchChange.Kind.LINE)
    )
    with connection.cursor() as cursor:
        cursor.execute(query)


def _stage(lines: pl.Series) -> None:
    frame = pl.DataFrame({"row": lines, "id": lines})
    frames.temporary(RECORDS, CommissionLine._meta.db_table, ["id"], frame)
