"""Checked rows into the records: chunk by chunk, each in one transaction that also says so.

A chunk writes its records, the page of rows that it took, and the progress. A worker that dies
leaves whole chunks; whoever goes on leaves out those that have a page.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import polars as pl
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.imports.engine import ledger
from agencyhub.imports.engine.comparing import OUTCOME
from agencyhub.imports.engine.parts import ROWS, Parts
from agencyhub.imports.engine.planning import ROW, SAME, record_of
from agencyhub.imports.engine.reading import AS_WRITTEN, FINGERPRINT, LINE
from agencyhub.imports.engine.writing import Writer
from agencyhub.imports.kinds import Kind, Target
from agencyhub.imports.models import Import
from agencyhub.records import bulk, history
from agencyhub.records.models import Batch

# Two chunks keep both cores busy while a third one is prepared, or waits for the disk.
WORKERS = 3
CHANGED_SINCE = gettext_noop(
    "Somebody changed this {noun} after the file was checked, so the row was left out."
    " Check the file again."
)
# The transition tables of a chunk fit into this; more would go through the disk.
_MEMORY = "SET LOCAL work_mem = '96MB'"
# Foreign keys are looked up before the chunk takes the import's own row: others wait for that row.
_CHECK_KEYS = "SET CONSTRAINTS ALL IMMEDIATE"


@dataclass
class Written:
    """What a commit left out, as the records were by then: line and message."""

    left: list[pl.DataFrame] = field(default_factory=list)

    @property
    def rows(self) -> pl.DataFrame:
        """``line``, ``field``, ``message``."""
        schema = {LINE: pl.UInt32, "field": pl.String, "message": pl.String}
        return pl.concat([pl.DataFrame(schema=schema), *self.left])


class Committer:
    """Brings the planned rows of ``parts`` into the records, as part of one batch."""

    def __init__(self, run: Import, kind: Kind, parts: Parts, batch: Batch) -> None:
        self.run, self.kind, self.parts, self.batch = run, kind, parts, batch
        self.done = set(run.pages.values_list("first_line", flat=True))

    def commit(self) -> Written:
        """Write every chunk that was not written yet."""
        written = Written()
        numbers = range(self.parts.count)
        chunks: Iterable[pl.DataFrame | None]
        if self.run.rows <= ROWS:  # not worth another connection
            chunks = map(self._chunk, numbers)
        else:
            with ThreadPoolExecutor(WORKERS) as pool:
                chunks = list(pool.map(self._in_thread, numbers))
        written.left += [left for left in chunks if left is not None and left.height]
        return written

    def _in_thread(self, number: int) -> pl.DataFrame | None:
        try:
            return self._chunk(number)
        finally:
            connection.close()

    def _chunk(self, number: int) -> pl.DataFrame | None:
        plan = self.parts.read_plan(number)
        if not plan.height or plan[LINE].min() in self.done:
            return None
        typed = self.parts.read(number)
        rows = plan.join(typed.drop(LINE, FINGERPRINT), on=ROW, how="left", maintain_order="left")
        with history.resume(self.batch), bulk.without_changes():
            with connection.cursor() as cursor:
                cursor.execute(_MEMORY)
            written, left = self._write(rows)
            with connection.cursor() as cursor:
                cursor.execute(_CHECK_KEYS)
            self._note(rows, written, left)
        return left

    def _write(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Write target after target; answer the rows, and lines left out with the reason."""
        at = timezone.now()
        left = []
        ordered = rows
        for target in self.kind.targets:
            record = record_of(target)
            ordered = _sorted(ordered, target)
            writer = Writer(target, ordered, at=at)
            added = writer.add()
            bulk.record_inserted(batch=self.batch, model=target.model, ids=added["id"].to_list())
            conflicts = writer.change()
            known = pl.col(record).replace(added["record"], added["id"])
            ordered = ordered.with_columns(known.alias(f"id:{target.key}"))
            refused = self._write_extras(target, ordered)
            if refused.height:
                hit = ordered.select(ROW, pl.col(LINE).cast(pl.UInt32)).join(refused, on=ROW)
                left.append(hit.select(LINE, "field", "message"))
                ordered = ordered.join(refused, on=ROW, how="anti", maintain_order="left")
            if len(conflicts):
                is_hit = pl.col(record).is_in(conflicts.implode()).fill_null(value=False)
                hit, ordered = ordered.filter(is_hit), ordered.filter(~is_hit)
                words = CHANGED_SINCE.format(noun=target.noun)
                left.append(
                    hit.select(
                        pl.col(LINE).cast(pl.UInt32), field=pl.lit(""), message=pl.lit(words)
                    )
                )
        return ordered, Written(left).rows

    def _write_extras(self, target: Target, rows: pl.DataFrame) -> pl.DataFrame:
        """Write what hangs on the records; answer the rows that were refused only now."""
        refused = [pl.DataFrame(schema={ROW: pl.Int64, "field": pl.String, "message": pl.String})]
        for extra in target.extras:
            used = [name for name in extra.fields if name in rows.columns]
            if not used or (self.run.mode == Import.Mode.CREATE and not target.may_add):
                continue
            frame = rows.select(ROW, *used, record_id=f"id:{target.key}", record=record_of(target))
            frame = frame.sort(ROW).drop_nulls("record_id")
            if self.run.mode == Import.Mode.CREATE:
                frame = frame.filter(pl.col("record") < 0)
            found = extra.apply(frame, self.batch) if frame.height else None
            if found is not None:
                refused.append(found)
        return pl.concat(refused)

    def _note(self, rows: pl.DataFrame, written: pl.DataFrame, left: pl.DataFrame) -> None:
        taken = written.join(left, on=LINE, how="anti").sort(LINE)
        first = self.kind.targets[0]
        ledger.note(
            self.run,
            first_line=rows[LINE].sort()[0],
            lines=taken[LINE],
            fingerprints=taken[FINGERPRINT],
            as_written=taken[AS_WRITTEN],
            records=taken[f"id:{first.key}"],
        )
        counted = rows.filter(pl.col(OUTCOME) != SAME).height
        self.run.beat(progress=F("progress") + counted)


def _sorted(rows: pl.DataFrame, target: Target) -> pl.DataFrame:
    """In the order of an index of the table: neighbours there are written together.

    What belongs to other records comes in their order: each is looked up by its foreign key.
    """
    parents = [f"id:{key}" for key in target.parents.values()]
    order = [name for name in (*parents, *target.order) if name in rows.columns]
    return rows.sort(*order) if order else rows
