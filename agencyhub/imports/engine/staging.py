"""A file into checked parts: read in batches, typed, compared, counted."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

import polars as pl
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.imports import heads, vault
from agencyhub.imports.engine import batching, freshness, ledger, options, planning, rejected
from agencyhub.imports.engine.checking import Check, Checker, same_as_before
from agencyhub.imports.engine.comparing import OUTCOME
from agencyhub.imports.engine.parts import ROWS, Parts
from agencyhub.imports.engine.planning import CHANGED, NEW, SAME
from agencyhub.imports.engine.reading import ERROR, LINE, Reader
from agencyhub.imports.engine.reasons import Tally
from agencyhub.imports.engine.totals import Sums
from agencyhub.imports.kinds import Field, Kind
from agencyhub.imports.models import Import, TemplateVersion
from agencyhub.imports.selectors import layouts
from agencyhub.imports.types.base import Context
from agencyhub.lib.reading import opening, tables
from agencyhub.lib.reading.limits import UnreadableFileError
from agencyhub.records.kinds import Source
from agencyhub.records.services import values

# A small batch to begin with: somebody waits to see whether the file makes sense.
FIRST = 2_000


class Stager:
    """Checks the file of one import; the result is on the import when it is done."""

    def __init__(self, run: Import, kind: Kind) -> None:
        self.run, self.kind = run, kind
        self.context = Context()

    def check(self) -> bool:
        """Read and check the whole file; False when nobody knows its columns yet."""
        with heads.opened(self.run.file) as source:
            sheet, batches = self._batches(source)
            version = self._version(batches)
            if version is None:
                return False
            self._forget_former()
            self.run.mark["sheets"] = self._sheets(source)
            self.context = options.context_of(self.run, self.kind)
            columns = self._columns(version, batches.labels)
            parts, index = self._read(batches, columns)
            self.context.kept.clear()  # of a million rows as much as the comparison takes
            found = self._compare(parts, index)
            self._reject(found, source, sheet)
        self._ask_about_unknown()
        self._finish(found, parts, batches)
        return True

    def _batches(self, source: opening.Source) -> tuple[opening.Sheet, tables.Batches]:
        run = self.run
        if run.sheet:
            sheet, header_line = source.sheet(run.sheet), run.header_line
        else:
            located = self._located(source)
            sheet, header_line = located.sheet, located.header_line
        first = None if self.kind.exact else min(FIRST, ROWS)
        batches = tables.read_batches(source, sheet, header_line, batch_rows=ROWS, first_rows=first)
        run.sheet, run.header_line, run.headers = sheet.name, header_line, batches.labels
        run.save(update_fields=["sheet", "header_line", "headers"])
        return sheet, batches

    def _located(self, source: opening.Source) -> opening.Located:
        """The sheet whose header is known, before the one that looks most like a list."""
        found = opening.candidates(source)
        for one in found if len(found) > 1 else ():
            labels = source.sample(one.sheet, one.header_line, count=1).labels
            if layouts.recognise(self.run.kind, labels) is not None:
                return one
        return found[0]

    def _sheets(self, source: opening.Source) -> list[tuple[str, int]]:
        """Every sheet whose header is known, with its line: each may be imported."""
        if len(source.sheets) == 1:
            return []
        return [
            (one.sheet.name, one.header_line)
            for one in opening.candidates(source)
            if layouts.recognise(
                self.run.kind, source.sample(one.sheet, one.header_line, count=1).labels
            )
        ]

    def _version(self, batches: tables.Batches) -> TemplateVersion | None:
        run = self.run
        if run.version is None:
            run.version = layouts.recognise(run.kind, batches.labels)
            run.save(update_fields=["version"])
        return run.version

    def _columns(self, version: TemplateVersion, labels: list[str]) -> dict[int, Field]:
        """The field of each column that is imported; the first column of a field counts."""
        fields = {one.key: one for one in self.kind.fields}
        columns: dict[int, Field] = {}
        for at, key in enumerate(layouts.keys_of(version, labels)):
            if key in fields and fields[key] not in columns.values():
                columns[at] = fields[key]
        return columns

    def _forget_former(self) -> None:
        """An earlier check of this import counts no more."""
        run = self.run
        if run.staged_as:
            Parts(run.staged_as, run.parts).delete()
        run.rejections.all().delete()
        run.staged_as, run.parts, run.reasons = vault.new_name(), 0, None
        run.progress = run.rejected = 0
        run.mark = freshness.mark()
        run.save(update_fields=["staged_as", "parts", "reasons", "progress", "rejected", "mark"])

    def _read(
        self, batches: tables.Batches, columns: Mapping[int, Field]
    ) -> tuple[Parts, pl.DataFrame]:
        """Parse the file; bad rows are kept at once, those that say something become parts."""
        reader = Reader(self.kind, columns, self.context)
        self.tally, self.sums = Tally(reader.fields), Sums(columns)
        self.same: list[pl.Series] = []
        parts = Parts(self.run.staged_as)
        taken = None if self.kind.exact or self.kind.is_snapshot else ledger.Taken(self.run)
        work = batching.Work(reader, parts, self.sums, taken)
        indexes: list[pl.DataFrame] = []
        rows = 0
        ordered = self._at_once(batches) if self.kind.exact else batches
        for one in batching.side_by_side(ordered, work):
            if one.rejected.height:
                rejected.keep(self.run, one.rejected)
                self.tally.add(one.rejected)
            for sums in one.sums:
                self.sums.join(sums)
            self.same.append(one.same)
            if one.index is not None:
                indexes.append(one.index)
            rows += one.rows
            parts.count += 1
            self._alive(rows, one.rejected.height)
        return parts, pl.concat(indexes) if indexes else self._no_rows(columns)

    def _at_once(self, batches: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """A file that is imported whole is one part: parts are written one after the other.

        Raises:
            UnreadableFileError: it is too long for that.
        """
        for number, raw in enumerate(batches):
            if number:
                msg = gettext_noop(
                    "%(label)s: a file has at most %(rows)s rows, for all go in at once."
                ) % {"label": self.kind.label, "rows": f"{ROWS:,}"}
                raise UnreadableFileError(msg)
            yield raw

    def _no_rows(self, columns: Mapping[int, Field]) -> pl.DataFrame:
        schema = {f"c{at}": pl.String for at in columns}
        empty = pl.DataFrame(schema={**schema, LINE: pl.UInt32})
        typed = Reader(self.kind, columns, self.context).read(empty).typed
        index = planning.index_of(self.kind, typed)
        return index.with_columns(pl.lit(0, pl.Int32).alias("part"))

    def _compare(self, parts: Parts, index: pl.DataFrame) -> Check:
        self.run.parts = parts.count
        self.run.save(update_fields=["parts"])
        checker = Checker(self.run, self.kind, parts, index, alive=self._sign)
        found = checker.check()
        self.run.mark["effects"] = checker.effects
        return found

    def _reject(self, found: Check, source: opening.Source, sheet: opening.Sheet) -> None:
        """Keep the rows that the records refuse, with their cells, which are read once more."""
        if not found.rejected.height:
            return
        reasons = found.rejected.unique([LINE, "field"], keep="first").pivot(
            "field", index=LINE, values="message"
        )
        reasons = reasons.rename({name: ERROR + name for name in reasons.columns if name != LINE})
        for raw in tables.read_batches(source, sheet, self.run.header_line, batch_rows=ROWS):
            rows = raw.join(reasons, on=LINE, maintain_order="left")
            if rows.height:
                rejected.keep(self.run, rows)
                self.tally.add(rows)

    def leave_out(self, rows: pl.DataFrame) -> None:
        """Move rows from those that were to be taken to the rejected ones, with the reason."""
        version = self.run.version
        if version is None:
            return
        with heads.opened(self.run.file) as source:
            sheet = source.sheet(self.run.sheet)
            self.tally = Tally({})
            self._reject(Check(rows.clear(), rows), source, sheet)
        Import.objects.filter(pk=self.run.pk).update(
            rejected=F("rejected") + rows.height, changed=F("changed") - rows.height
        )

    def _ask_about_unknown(self) -> None:
        source = Source(f"import:{self.run.pk}", self.run.file_name, f"/imports/{self.run.pk}/")
        values.forget(source_key=source.key)
        for (of, within), counts in self.context.unknown.items():
            values.resolve(kind=of, texts=counts, source=source, within_id=within)

    def _finish(self, found: Check, parts: Parts, batches: tables.Batches) -> None:
        run = self.run
        outline = pl.concat([found.outline, *(same_as_before(lines) for lines in self.same)]).sort(
            LINE
        )
        counts = dict(outline.group_by(OUTCOME).len().iter_rows())
        run.rows, run.progress = batches.rows, batches.rows
        run.new, run.changed = counts.get(NEW, 0), counts.get(CHANGED, 0)
        run.same = counts.get(SAME, 0)
        run.rejected = batches.rows - run.new - run.changed - run.same
        run.reasons = self.tally.sealed()
        run.totals = self.sums.beside(batches.totals, rows=batches.rows)
        run.parts = parts.count
        parts.add_outline(outline)
        if self.kind.foresee is not None:
            self._sign()
            run.mark["foreseen"] = [asdict(one) for one in self.kind.foresee(run, self.kind)]
        run.state, run.checked_at, run.alive_at = Import.State.CHECKED, timezone.now(), None
        run.problem = ""
        run.save()

    def _alive(self, rows: int, rejected_rows: int) -> None:
        self.run.beat(rows=rows, progress=rows, rejected=F("rejected") + rejected_rows)

    def _sign(self) -> None:
        self.run.beat()
