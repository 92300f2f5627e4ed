"""What becomes of each row: compared with the records as they are before the import.

Rows are decided in the order of the file: a row may add a record, change what is there (or what an
earlier row said), or say nothing new.
"""

from dataclasses import dataclass, field

import polars as pl
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.imports.engine import columns, grouping, matching
from agencyhub.imports.engine.columns import INDEX_OF
from agencyhub.imports.engine.reading import FINGERPRINT, LINE, ROW
from agencyhub.imports.kinds import Kind, Target
from agencyhub.imports.models import Import

NEW, CHANGED, SAME = "new", "changed", "same"
OTHERS_BOOK = gettext_noop(
    "This {noun} belongs to somebody else’s book. Ask an administrator to import the row."
)
SEVERAL = gettext_noop(
    "Two {nouns} match ({words}). Merge them, or add what tells them apart to the row."
)
SEVERAL_ROWS = gettext_noop("Two {nouns} of this file match. Add what tells them apart to the row.")
NOT_THERE = gettext_noop("There is no {noun} with this number that you may change.")
ONLY_UPDATES = gettext_noop("There is no such {noun}, and this import only updates known records.")
OTHER_PARENT = gettext_noop(
    "This {noun} belongs to another {parent}. Correct the row or the record."
)


def has(target: Target) -> str:
    """The column that says whether a row has a record in the target."""
    return f"has:{target.key}"


def is_whole(target: Target) -> str:
    """The column that says whether a row could be a new record of the target."""
    return f"whole:{target.key}"


def record_of(target: Target) -> str:
    """The column that names the row's record: the table's number, or a negative one for new."""
    return f"record:{target.key}"


def index_of(kind: Kind, typed: pl.DataFrame) -> pl.DataFrame:
    """What of typed rows the comparison needs in memory: keys, and which targets they fill."""
    wanted = {
        key
        for target in kind.targets
        for column in matching.key_columns(target)
        for key in fields_behind(target, column)
    }
    flags = []
    for target in kind.targets:
        filled = [key for key in target.field_keys if key in typed.columns]
        there = [pl.col(key).is_not_null() for key in filled]
        needed = [pl.col(key).is_not_null() for key in target.required if key in typed.columns]
        lacks = len(needed) < len(target.required)
        flags.append(pl.any_horizontal(pl.lit(value=False), *there).alias(has(target)))
        flags.append(pl.all_horizontal(pl.lit(value=not lacks), *needed).alias(is_whole(target)))
    keys = [key for key in typed.columns if key in wanted]
    indexes = {
        key: columns.blind_index_of(target.model, column, typed[key]).alias(INDEX_OF + key)
        for target in kind.targets
        for column, key in target.sealed.items()
        if key in typed.columns
    }
    return typed.select(ROW, LINE, FINGERPRINT, *keys, *flags, *indexes.values())


def fields_behind(target: Target, column: str) -> list[str]:
    """The fields that a column of the target's table, or one derived from it, is made of."""
    source = columns.named_by(target.model, column) or column
    if source in target.columns:
        return [target.columns[source]]
    return [key for name, key in target.sealed.items() if source.startswith(f"{name}_")]


@dataclass
class Decisions:
    """Every row of a check: which records it means, or why it is rejected.

    ``rows`` has ``row``, ``line``, and for each target ``has:``, ``record:``; ``rejected`` has
    ``row``, ``field`` and ``message``.
    """

    rows: pl.DataFrame
    rejected: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={ROW: pl.Int64, "field": pl.String, "message": pl.String}
        )
    )

    def reject(self, rows: pl.Series, message: str, key: str = "") -> None:
        """Take rows out, with the reason."""
        if len(rows):
            more = pl.DataFrame({ROW: rows}).with_columns(
                pl.lit(key).alias("field"), pl.lit(message).alias("message")
            )
            self.rejected = pl.concat([self.rejected, more])
            self.rows = self.rows.join(more, on=ROW, how="anti", maintain_order="left")


def decide(kind: Kind, index: pl.DataFrame, *, user: User | None, mode: str) -> Decisions:
    """Find the records of every row, and refuse rows whose record is not clear or not theirs.

    ``index`` as ``index_of`` makes it, in the order of the file; inside a transaction.
    """
    made = Decisions(index)
    for target in kind.targets:
        _resolve(made, target, user=user, mode=mode)
    while refuse_incomplete(made, kind):
        pass
    return made


def _resolve(made: Decisions, target: Target, *, user: User | None, mode: str) -> None:
    is_there = made.rows[has(target)]
    if not target.parents and not is_there.all():
        made.reject(
            made.rows.filter(~is_there)[ROW],
            gettext_noop("The row names no %(noun)s.") % {"noun": target.noun},
        )
    rows = made.rows.filter(has(target))
    keys = keys_of(target, rows)
    searched = keys.with_columns(
        pl.when(pl.col(name) > 0).then(pl.col(name)) for name in target.parents if name in keys
    )
    found = matching.find(target, searched)
    _refuse_unclear(made, target, keys, found, user=user)
    rows = made.rows.filter(has(target))
    known = found.filter(~pl.col("several")).select(ROW, "id")
    keys = keys.join(rows.select(ROW), on=ROW, how="semi", maintain_order="left")
    keys = keys.join(known, on=ROW, how="left", maintain_order="left")
    records = keys.select(ROW, grouping.records(target, keys).alias(record_of(target)))
    made.rows = made.rows.join(records, on=ROW, how="left", maintain_order="left")
    _refuse_unknown(made, target, mode=mode)
    _refuse_other_parents(made, target)


def keys_of(target: Target, rows: pl.DataFrame) -> pl.DataFrame:
    """``row`` and the columns that matches of the target compare, row by row."""
    wanted = matching.key_columns(target)
    record = columns.with_keys(target, columns.record(target, rows), wanted)
    record = record.insert_column(0, rows[ROW]) if record.width else rows.select(ROW)
    record = record.with_columns(
        rows[record_of_parent].alias(column)
        for column, key in target.parents.items()
        if (record_of_parent := f"record:{key}") in rows.columns
    )
    kept = [name for name in record.columns if name in wanted]
    return record.select(
        ROW,
        *(
            pl.col(name).replace("", None) if record[name].dtype == pl.String else name
            for name in kept
        ),
    )


def _refuse_unclear(
    made: Decisions,
    target: Target,
    keys: pl.DataFrame,
    found: pl.DataFrame,
    *,
    user: User | None,
) -> None:
    nouns = str(target.model._meta.verbose_name_plural)
    for way, match in enumerate(target.match):
        several = found.filter(pl.col("several") & (pl.col("way") == way))[ROW]
        made.reject(several, SEVERAL.format(nouns=nouns, words=match.words))
        if match.is_binding and set(match.columns) <= set(keys.columns):
            named = keys.filter(pl.all_horizontal(pl.col(*match.columns).is_not_null()))
            hit = found.filter(pl.col("way") == way)
            lost = named.join(hit, on=ROW, how="anti")[ROW]
            made.reject(lost, NOT_THERE.format(noun=target.noun))
    ids = found["id"].drop_nulls().unique()
    seen = matching.visible(target, ids, user=user)
    if len(seen) < len(ids):
        hidden = found.filter(~pl.col("id").is_in(seen.implode()))[ROW]
        made.reject(hidden, OTHERS_BOOK.format(noun=target.noun))
    for column, key in target.parents.items():
        held = found.select(ROW, pl.col(column).alias("holder"))
        held = made.rows.select(ROW, f"record:{key}").join(held, on=ROW)
        other = held.filter(pl.col(f"record:{key}") != pl.col("holder"))[ROW]
        made.reject(other, OTHER_PARENT.format(noun=target.noun, parent=column.removesuffix("_id")))


def _refuse_unknown(made: Decisions, target: Target, *, mode: str) -> None:
    record = pl.col(record_of(target))
    nouns = str(target.model._meta.verbose_name_plural)
    unclear = made.rows.filter(record == grouping.AMBIGUOUS)[ROW]
    made.reject(unclear, SEVERAL_ROWS.format(nouns=nouns))
    if not target.may_add:
        made.reject(made.rows.filter(record < 0)[ROW], target.missing)
    elif mode == Import.Mode.UPDATE:
        lost = made.rows.filter(record < 0)[ROW]
        made.reject(lost, ONLY_UPDATES.format(noun=target.noun))


def _refuse_other_parents(made: Decisions, target: Target) -> None:
    """New records of the file belong to the parent of the first row that means them."""
    record = record_of(target)
    for column, key in target.parents.items():
        parent = f"record:{key}"
        crowd = made.rows.filter(pl.col(record).is_not_null() & pl.col(record).is_duplicated())
        other = crowd.filter(pl.col(parent) != pl.col(parent).first().over(record))[ROW]
        made.reject(other, OTHER_PARENT.format(noun=target.noun, parent=column.removesuffix("_id")))


def refuse_incomplete(made: Decisions, kind: Kind) -> bool:
    """Refuse rows that would have to add a record but lack what it needs; say whether any did."""
    before = made.rows.height
    for target in kind.targets:
        record, whole = record_of(target), pl.col(is_whole(target))
        new = made.rows.filter(pl.col(record) < 0)
        if new.height and not new[is_whole(target)].all():
            first = pl.when(whole).then(ROW).otherwise(None).min().over(record)
            lacking = new.filter(first.is_null() | (pl.col(ROW) < first))
            labels = {one.key: one.label for one in kind.fields}
            needed = ", ".join(labels[key] for key in target.required)
            words = gettext_noop("A new %(noun)s needs: %(needed)s.") % {
                "noun": target.noun,
                "needed": needed,
            }
            made.reject(lacking[ROW], words)
    return made.rows.height < before
