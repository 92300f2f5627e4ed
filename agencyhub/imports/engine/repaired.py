"""Rows that a person repaired: read, compared and written like those of the file."""

import json
from collections.abc import Mapping, Sequence

import polars as pl
from django.db.models import F
from django.utils import timezone

from agencyhub.imports import vault
from agencyhub.imports.engine import options, planning
from agencyhub.imports.engine.checking import Check, Checker
from agencyhub.imports.engine.committing import Committer
from agencyhub.imports.engine.comparing import OUTCOME
from agencyhub.imports.engine.parts import Parts
from agencyhub.imports.engine.reading import ERROR, LINE, Reader
from agencyhub.imports.kinds import Field, Kind
from agencyhub.imports.models import Import, Repair
from agencyhub.lib.crypto import key_ring
from agencyhub.records.models import Batch

PURPOSE = "imports_repair.cells"
Cells = Mapping[str, str]


def seal(cells: Cells) -> bytes:
    """Encrypt the cells of a row, by field."""
    return key_ring().seal(json.dumps(dict(cells)).encode(), purpose=PURPOSE)


def cells_of(repair: Repair) -> dict[str, str]:
    """The cells that a person made of the row; none where they left it out."""
    if repair.cells is None:
        return {}
    cells: dict[str, str] = json.loads(key_ring().open(bytes(repair.cells), purpose=PURPOSE))
    return cells


def errors_of(
    run: Import, kind: Kind, given: Mapping[int, Cells]
) -> dict[int, list[tuple[str, str]]]:
    """What is wrong now with each row, by line: fields and messages; none when it can be imported.

    The rows are checked together, as a small file.
    """
    if not given:
        return {}
    rows = _Rows(run, kind, given)
    try:
        found = rows.check()
    finally:
        rows.parts.delete()
    errors = {line: list(rows.errors.get(line, [])) for line in given}
    for line, key, message in found.rejected.select(LINE, "field", "message").iter_rows():
        errors[line].append((key, message))
    return errors


def commit(run: Import, kind: Kind, batch: Batch) -> None:
    """Write the repaired rows that were not written yet, and count them with the others."""
    waiting = {repair.line: repair for repair in _waiting(run)}
    if not waiting:
        return
    rows = _Rows(run, kind, {line: cells_of(repair) for line, repair in waiting.items()})
    try:
        found = rows.check()
        Committer(run, kind, rows.parts, batch).commit()
    finally:
        rows.parts.delete()
    taken = found.outline[LINE].to_list()
    Repair.objects.filter(run=run, line__in=taken).update(committed_at=timezone.now())
    refused = set(waiting) - set(taken)
    Repair.objects.filter(run=run, line__in=refused).update(is_valid=False)
    counts = dict(found.outline.group_by(OUTCOME).len().iter_rows())
    Import.objects.filter(pk=run.pk).update(
        rejected=F("rejected") - len(taken),
        **{name: F(name) + count for name, count in counts.items()},
    )


def _waiting(run: Import) -> Sequence[Repair]:
    return list(run.repairs.filter(is_valid=True, committed_at__isnull=True).order_by("line"))


class _Rows:
    """A few rows by line, from the cells of their fields, as parts of their own."""

    def __init__(self, run: Import, kind: Kind, rows: Mapping[int, Cells]) -> None:
        self.run, self.kind = run, kind
        fields = {one.key: one for one in kind.fields}
        keys = [key for key in fields if any(key in cells for cells in rows.values())]
        self.columns: dict[int, Field] = {at: fields[key] for at, key in enumerate(keys)}
        self.parts = Parts(vault.new_name())
        self.errors: dict[int, list[tuple[str, str]]] = {}
        self._raw = pl.DataFrame(
            {
                **{
                    f"c{at}": pl.Series(
                        [cells.get(key) for cells in rows.values()], dtype=pl.String
                    )
                    for at, key in enumerate(keys)
                },
                LINE: pl.Series(list(rows), dtype=pl.UInt32),
            }
        )

    def check(self) -> Check:
        """Read and compare the rows."""
        batch = Reader(self.kind, self.columns, options.context_of(self.run, self.kind)).read(
            self._raw
        )
        for row in batch.rejected.iter_rows(named=True):
            self.errors[row[LINE]] = [
                (name.removeprefix(ERROR), words)
                for name, words in row.items()
                if name.startswith(ERROR) and words
            ]
        number = self.parts.add(batch.typed)
        index = planning.index_of(self.kind, batch.typed)
        index = index.with_columns(pl.lit(number, pl.Int32).alias("part"))
        return Checker(self.run, self.kind, self.parts, index).check()
