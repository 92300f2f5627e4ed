"""The dry run: every row of a file read, compared, and counted; nothing is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl
from django.db import transaction

from agencyhub.imports.engine import comparing, planning, uniqueness
from agencyhub.imports.engine.columns import INDEX_OF
from agencyhub.imports.engine.comparing import OUTCOME, Compared, compare
from agencyhub.imports.engine.parts import ROWS, Parts
from agencyhub.imports.engine.planning import ROW, SAME, Decisions, has, record_of
from agencyhub.imports.engine.reading import FINGERPRINT, LINE
from agencyhub.imports.kinds import Kind
from agencyhub.imports.models import Import
from agencyhub.lib.crypto import blind_index

# So many rows that share records are compared at a time.
CROWD = 250_000


@dataclass
class Check:
    """What a dry run found. ``outline``: line, outcome and part of every row that was taken.

    ``rejected``: ``line``, ``field`` and ``message`` of rows that the records refuse.
    """

    outline: pl.DataFrame
    rejected: pl.DataFrame


class Checker:
    """Compares the rows of ``parts``; ``index`` is ``planning.index_of`` all of them."""

    def __init__(
        self,
        run: Import,
        kind: Kind,
        parts: Parts,
        index: pl.DataFrame,
        *,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self.run, self.kind, self.parts, self.index = run, kind, parts, index
        self.alive = alive
        self.outlines: list[pl.DataFrame] = []
        self.twins = index.clear().select(LINE, FINGERPRINT)
        # Equal for equal changes; only files that are taken whole have it.
        self.effects = ""

    def check(self) -> Check:
        """Decide and plan every row; plans are kept beside their parts."""
        fresh = self._without_twins()
        file_parts = self.parts.count
        with transaction.atomic():
            made = planning.decide(self.kind, fresh, user=self.run.user, mode=self.run.mode)
            uniqueness.refuse_taken(made, self.kind, self.parts)
            self._refuse_inexact(made)
            self.alive()
            is_crowd = pl.any_horizontal(
                pl.col(record_of(target)).is_not_null() & pl.col(record_of(target)).is_duplicated()
                for target in self.kind.targets
            )
            crowd = made.rows.filter(is_crowd)
            single = made.rows.filter(~is_crowd)
            self._plan_crowds(made, crowd)
            for number in range(file_parts):
                self._plan_part(made, number, single)
                self.alive()
        rejected = made.rejected.join(self.index.select(ROW, LINE, FINGERPRINT), on=ROW)
        twins = self.twins.join(rejected.drop(ROW, LINE), on=FINGERPRINT)
        refused = pl.concat(
            [rejected.select(LINE, "field", "message"), twins.select(LINE, "field", "message")]
        )
        outline = pl.concat(self.outlines).join(refused, on=LINE, how="anti")
        return Check(outline.sort(LINE), refused.sort(LINE))

    def _without_twins(self) -> pl.DataFrame:
        """Rows that say something that no earlier row of the file says."""
        is_twin = ~self.index[FINGERPRINT].is_first_distinct()
        self.twins = self.index.filter(is_twin).select(LINE, FINGERPRINT)
        self.outlines.append(same_as_before(self.twins[LINE]))
        return self.index.filter(~is_twin)

    def _refuse_inexact(self, made: Decisions) -> None:
        """Of a file that is taken whole, refuse rows that cannot stand beside the others."""
        if self.kind.exact is None:
            return
        found = [
            self._typed(self.parts.read(number), mine)
            for number in range(self.parts.count)
            if (mine := made.rows.filter(pl.col("part") == number)).height
        ]
        if not found:
            return
        record = pl.col(record_of(self.kind.targets[0])).alias("record")
        rows = pl.concat(found).with_columns(record)
        _refuse(made, self.kind.exact.refused(rows))
        words = repr(self.kind.exact.changes(rows).rows())
        self.effects = blind_index(words, purpose="import effects").hex()

    def _plan_part(self, made: Decisions, number: int, single: pl.DataFrame) -> None:
        """Plan the rows of one part that share no record with another row."""
        rows = single.filter(pl.col("part") == number)
        is_new = pl.all_horizontal(
            pl.col(record_of(target)).fill_null(-1) < 0 for target in self.kind.targets
        )
        new, known = rows.filter(is_new), rows.filter(~is_new)
        plans = [comparing.plan_new(self.kind, new.select(self._carried(new)))]
        if known.height:
            typed = self._typed(self.parts.read(number), known)
            compared = compare(self.kind, typed, mode=self.run.mode, has_crowds=False)
            _refuse(made, compared.broken)
            plans.append(self._finished(compared, typed, made))
        self._keep(number, pl.concat(plans, how="diagonal").sort(ROW))

    def _plan_crowds(self, made: Decisions, crowd: pl.DataFrame) -> None:
        """Plan rows that share records, which become parts of their own."""
        first = record_of(self.kind.targets[0])
        pieces = -(-crowd.height // CROWD)
        file_parts = self.parts.count
        for piece in range(pieces):
            rows = crowd.filter(pl.col(first).hash() % pieces == piece)
            found = [
                self._typed(self.parts.read(number), mine)
                for number in range(file_parts)
                if (mine := rows.filter(pl.col("part") == number)).height
            ]
            self._plan_crowd(made, pl.concat(found).sort(ROW))

    def _plan_crowd(self, made: Decisions, typed: pl.DataFrame) -> None:
        before = typed.height + 1
        compared = None
        while typed.height < before:
            before = typed.height
            compared = compare(self.kind, typed, mode=self.run.mode, has_crowds=True)
            _refuse(made, _first_broken(compared, self.kind))
            while planning.refuse_incomplete(made, self.kind):
                pass
            typed = typed.join(made.rows, on=ROW, how="semi", maintain_order="left")
        if compared is None or not typed.height:
            return
        for part in _together(typed, record_of(self.kind.targets[0])):
            mine = compared.plan.join(part, on=ROW, how="semi", maintain_order="left")
            decided = set(self._carried(part)) - {ROW, LINE, FINGERPRINT}
            number = self.parts.add(part.drop(decided))
            self._keep(number, self._finished(Compared(mine, compared.broken.clear()), part, made))

    def _typed(self, typed: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
        """Typed rows with what was decided about them."""
        decided = rows.select(self._carried(rows)).drop(LINE, FINGERPRINT)
        return typed.join(decided, on=ROW, maintain_order="left")

    def _carried(self, rows: pl.DataFrame) -> list[str]:
        """What goes from the decisions to the plans."""
        wanted = {ROW, LINE, FINGERPRINT, *_decided(self.kind)}
        return [name for name in rows.columns if name in wanted or name.startswith(INDEX_OF)]

    def _finished(self, compared: Compared, typed: pl.DataFrame, made: Decisions) -> pl.DataFrame:
        """A plan without broken rows, with what identifies its rows."""
        plan = compared.plan
        if compared.broken.height:
            plan = plan.join(made.rows, on=ROW, how="semi", maintain_order="left")
        decided = _decided(self.kind)
        beside = typed.select(name for name in self._carried(typed) if name not in decided)
        return plan.join(beside, on=ROW, how="left", maintain_order="left")

    def _keep(self, number: int, plan: pl.DataFrame) -> None:
        self.parts.add_plan(number, plan)
        self.outlines.append(_outline(plan, part=number))


def _together(typed: pl.DataFrame, record: str) -> Iterator[pl.DataFrame]:
    """Parts of rows in which no record is in two parts."""
    ordered = typed.with_columns(at=pl.col(ROW).min().over(record)).sort("at", ROW).drop("at")
    place = pl.int_range(pl.len())
    ordered = ordered.with_columns(piece=place.min().over(record) // ROWS)
    yield from ordered.partition_by("piece", maintain_order=True, include_key=False)


def _decided(kind: Kind) -> list[str]:
    return [name for target in kind.targets for name in (has(target), record_of(target))]


def same_as_before(lines: pl.Series) -> pl.DataFrame:
    """The outline of rows that say nothing new."""
    rows = lines.alias(LINE).to_frame().with_columns(pl.lit(SAME).alias(OUTCOME))
    return _outline(rows, part=-1)


def _outline(rows: pl.DataFrame, *, part: int) -> pl.DataFrame:
    return rows.select(
        pl.col(LINE).cast(pl.UInt32),
        pl.col(OUTCOME).cast(pl.Enum(["new", "changed", "same"])),
        pl.lit(part, pl.Int32).alias("part"),
    )


def _refuse(made: Decisions, broken: pl.DataFrame) -> None:
    for (key, message), rows in broken.unique(ROW, keep="first").group_by("field", "message"):
        made.reject(rows[ROW], str(message), str(key))


def _first_broken(compared: Compared, kind: Kind) -> pl.DataFrame:
    """Of each record the first row that breaks a rule: without it, later rows may be right."""
    first = record_of(kind.targets[0])
    broken = compared.broken.join(compared.plan.select(ROW, first), on=ROW).sort(ROW)
    return broken.unique(first, keep="first", maintain_order=True).drop(first)
