"""What rows change: their values beside those of the records, and of earlier rows."""

from dataclasses import dataclass
from typing import Any

import polars as pl
from psycopg import sql

from agencyhub.imports.engine import columns, frames
from agencyhub.imports.engine.columns import CUSTOM, INDEX, TAIL
from agencyhub.imports.engine.matching import FOUND
from agencyhub.imports.engine.planning import CHANGED, NEW, ROW, SAME, has, record_of
from agencyhub.imports.kinds import Kind, Target
from agencyhub.imports.models import Import

# How the columns of a plan are called: what a record was, what it will be, what happens to it.
BEFORE, AFTER, WRITE = "before", "after", "write"
NOTHING, INSERT, UPDATE = 0, 1, 2
OUTCOME = "outcome"


def plan_column(what: str, target: Target, name: str = "") -> str:
    """The name of a plan's column."""
    return f"{what}:{target.key}:{name}"


@dataclass(frozen=True)
class Compared:
    """``plan``: row, outcome, and for each target record, write, before and after columns.

    ``broken``: rows that would break a rule: ``row``, ``field``, ``message``.
    """

    plan: pl.DataFrame
    broken: pl.DataFrame


def plan_new(kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
    """Plan rows whose every record is new and theirs alone: there is nothing to compare with."""
    writes = [
        pl.when(has(target))
        .then(INSERT)
        .otherwise(NOTHING)
        .cast(pl.Int8)
        .alias(plan_column(WRITE, target))
        for target in kind.targets
    ]
    plan = rows.with_columns(*writes, pl.lit(NEW).alias(OUTCOME))
    return plan.drop(has(target) for target in kind.targets)


def compare(kind: Kind, rows: pl.DataFrame, *, mode: str, has_crowds: bool) -> Compared:
    """Plan ``rows``: typed, with ``has:`` and ``record:`` columns, in the order of the file.

    ``has_crowds``: several rows may mean one record, and every row that does is here; the first of
    them writes what all of them say. Inside a transaction.
    """
    plan = rows.select(ROW)
    effects: list[pl.Series] = []
    broken = []
    for target in kind.targets:
        side = _Side(kind, target, rows, mode=mode, has_crowds=has_crowds)
        plan = plan.join(side.plan(), on=ROW, how="left", maintain_order="left")
        broken.append(side.broken())
        effects.append(side.effect(plan))
    outcome = pl.max_horizontal(*effects) if effects else pl.lit(0)
    words = pl.DataFrame({ROW: plan[ROW]}).select(
        outcome.replace_strict([0, 1, 2], [SAME, CHANGED, NEW], return_dtype=pl.String)
    )
    return Compared(plan.with_columns(words.to_series().alias(OUTCOME)), pl.concat(broken))


class _Side:
    """The rows of one comparison as one target sees them."""

    def __init__(
        self, kind: Kind, target: Target, rows: pl.DataFrame, *, mode: str, has_crowds: bool
    ) -> None:
        self.target = target
        self.all_rows = rows[ROW]
        self.rows = rows.filter(has(target) & pl.col(record_of(target)).is_not_null())
        self.has_crowds = has_crowds
        self.adds_only = mode == Import.Mode.CREATE
        self.record = self.rows[record_of(target)].alias("record")
        self.is_known = self.record > 0
        first = pl.DataFrame({"record": self.record}).select(pl.col("record").is_first_distinct())
        self.is_first = first.to_series()
        self.values = self._with_rule_columns(columns.record(target, self.rows), kind)
        self.stored = self._fetch()
        self._settle()
        self.previous, self.final = self._states()
        self._take_out_nothing()

    def _with_rule_columns(self, values: pl.DataFrame, kind: Kind) -> pl.DataFrame:
        """Add what rules look at and the file does not have: the record has it."""
        types = {one.key: one.type.dtype for one in kind.fields}
        lacking = {
            name: types[self.target.columns[name]]
            for rule in self.target.rules
            for name in rule.columns
            if name not in values.columns
        }
        return values.with_columns(
            pl.lit(None, kind_).alias(name) for name, kind_ in lacking.items()
        )

    def _settle(self) -> None:
        """Let the target take out what rows may not say."""
        if self.target.settle is not None:
            rows = self.rows.with_columns(self.record)
            self.values = self.target.settle(self.values, self.stored, rows)
            self.stored = self.stored.select(self.values.columns)

    def _take_out_nothing(self) -> None:
        """Values that mean "nothing" become blank at last: blanks themselves say nothing."""
        nothing = self.target.settle.nothing if self.target.settle else {}
        self.final = self.final.with_columns(
            pl.col(name).replace(value, None)
            for name, value in nothing.items()
            if name in self.final
        )

    def _fetch(self) -> pl.DataFrame:
        """The columns of the records that are there, beside the rows; NULL beside new ones."""
        more = self.target.settle.beside if self.target.settle else {}
        names = [*self.values.columns, *(one for one in more if one not in self.values.columns)]
        schema: dict[str, Any] = {"record": pl.Int64, **self._schema()}
        ids = self.record.filter(self.is_known).unique()
        if not len(ids):
            return pl.DataFrame(schema=schema).select(names).clear(len(self.record))
        frames.temporary(
            FOUND, self.target.model._meta.db_table, ["id"], pl.DataFrame({"row": ids, "id": ids})
        )
        query = sql.SQL("SELECT t.id, {} FROM {} AS t JOIN {} AS f USING (id)").format(
            sql.SQL(", ").join(_selected(name) for name in names),
            sql.Identifier(self.target.model._meta.db_table),
            sql.Identifier(FOUND),
        )
        found = frames.fetch(query, schema)
        blank = [pl.col(name).replace("", None) for name in names if schema[name] == pl.String]
        beside = pl.DataFrame({"record": self.record}).join(
            found.with_columns(blank), on="record", how="left", maintain_order="left"
        )
        return beside.select(names)

    def _schema(self) -> dict[str, Any]:
        beside = self.target.settle.beside if self.target.settle else {}
        return {**self.values.schema, **{k: v for k, v in beside.items() if k not in self.values}}

    def _states(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What each record was before its row, and what it is after the last row."""
        values, stored = self._without_masked(self.values), self.stored
        if not self.has_crowds or self.is_first.all():
            return stored, _over(stored, values)
        names = values.columns
        frame = values.with_columns(self.record)
        seen = frame.select(pl.col(names).forward_fill().over("record"))
        earlier = seen.with_columns(self.record).select(pl.col(names).shift(1).over("record"))
        last = seen.with_columns(self.record).select(pl.col(names).last().over("record"))
        if self.adds_only:
            last = seen.with_columns(self.record).select(pl.col(names).first().over("record"))
        return _over(stored, earlier), _over(stored, last)

    def _without_masked(self, values: pl.DataFrame) -> pl.DataFrame:
        """Take out ends of sealed values where the record, or a row of the file, knows all."""
        for column in self.target.sealed:
            if column + INDEX not in values.columns:
                continue
            index = values[column + INDEX]
            frame = pl.DataFrame({"record": self.record, "knows": index.is_not_null()})
            knows = frame.select(pl.col("knows").any().over("record")).to_series()
            knows |= self.stored[column + INDEX].is_not_null()
            tail = values[column + TAIL]
            values = values.with_columns(tail.set(index.is_null() & knows, None))
        return values

    def differs(self) -> pl.DataFrame:
        """Which values of the rows are not what the record says by then."""
        values = self._without_masked(self.values)
        return pl.DataFrame(
            [
                (values[name].is_not_null() & values[name].ne_missing(self.previous[name])).alias(
                    name
                )
                for name in values.columns
            ]
        )

    def may_change(self) -> pl.Series:
        """Whether rows may change what is there: by the kind, and by what the person chose."""
        may = self.target.may_change and not self.adds_only
        return pl.repeat(may, len(self.record), eager=True)

    def plan(self) -> pl.DataFrame:
        """``record:``, ``write:``, and before and after of the columns that a writer changes."""
        target = self.target
        is_changed = (
            pl.DataFrame(
                [self.final[name].ne_missing(self.stored[name]) for name in self.final.columns]
            )
            .select(pl.any_horizontal(pl.lit(value=False), pl.all()))
            .to_series()
        )
        write = (
            pl.when(~self.is_first)
            .then(NOTHING)
            .when(~self.is_known)
            .then(INSERT)
            .when(is_changed & self.may_change())
            .then(UPDATE)
            .otherwise(NOTHING)
            .cast(pl.Int8)
        )
        frame = pl.DataFrame({ROW: self.rows[ROW], record_of(target): self.record}).with_columns(
            write.alias(plan_column(WRITE, target))
        )
        is_update = (frame[plan_column(WRITE, target)] == UPDATE).fill_null(value=False)
        extra: list[pl.Series] = []
        if is_update.any():
            extra += [
                self.stored[name].set(~is_update, None).alias(plan_column(BEFORE, target, name))
                for name in self.stored.columns
            ]
        if is_update.any() or (self.has_crowds and not self.is_first.all()):
            extra += [
                self.final[name].alias(plan_column(AFTER, target, name))
                for name in self.final.columns
            ]
        return frame.with_columns(extra)

    def effect(self, plan: pl.DataFrame) -> pl.Series:
        """Of every row: 2 adds a record, 1 changes one, 0 says nothing new."""
        changes = (
            self.differs().select(pl.any_horizontal(pl.lit(value=False), pl.all())).to_series()
            & self.may_change()
        )
        changes |= self._extras()
        level = pl.DataFrame({ROW: self.rows[ROW], "changes": changes}).with_columns(
            level=pl.when(self.is_first & ~self.is_known)
            .then(2)
            .when("changes")
            .then(1)
            .otherwise(0)
        )
        beside = plan.select(ROW).join(level, on=ROW, how="left", maintain_order="left")
        return beside["level"].fill_null(0).alias(f"level:{self.target.key}")

    def _extras(self) -> pl.Series:
        adds = pl.repeat(value=False, n=len(self.record), eager=True)
        for extra in self.target.extras:
            if not set(extra.fields) & set(self.rows.columns) or self.adds_only:
                continue
            frame = self.rows.select(
                *(name for name in extra.fields if name in self.rows.columns)
            ).with_columns(self.record)
            adds |= extra.adds(frame)
        return adds

    def broken(self) -> pl.DataFrame:
        """Rows after which the record would break a rule."""
        found = [pl.DataFrame(schema={ROW: pl.Int64, "field": pl.String, "message": pl.String})]
        after = _over(self.previous, self._without_masked(self.values))
        for rule in self.target.rules:
            if not set(rule.columns) <= set(after.columns):
                continue
            wrong = after.with_columns(self.rows[ROW]).filter(rule.broken)
            found.append(
                wrong.select(ROW, pl.lit(rule.field).alias("field"), rule.message.alias("message"))
            )
        return pl.concat(found)


def _over(below: pl.DataFrame, above: pl.DataFrame) -> pl.DataFrame:
    """The values of ``above``, and of ``below`` where it has none."""
    return pl.DataFrame(
        [
            above[name].fill_null(below[name]) if above[name].null_count() else above[name]
            for name in above.columns
        ]
    )


def _selected(name: str) -> sql.Composable:
    if name.startswith(CUSTOM):
        key = sql.Literal(name.removeprefix(CUSTOM))
        return sql.SQL("(t.custom -> {})::text").format(key)
    return sql.SQL("t.{}").format(sql.Identifier(name))
