"""Which rows of one file mean the same record, found or new.

A record is named by a number: that of the table where it was found, else minus the place of the
first row that means it, minus one.
"""

import polars as pl

from agencyhub.imports.engine import frames
from agencyhub.imports.kinds import Match, Target

_SEED = 20_261_122
AMBIGUOUS = 0  # two records of the file are meant: nobody can say which


def records(target: Target, keys: pl.DataFrame) -> pl.Series:
    """Name the record of every row: ``keys`` has ``row``, ``id`` (found ones) and the key columns.

    Rows that were found keep their record. The others are compared with all rows of the file, one
    way after the other; what is like no other row is a record of its own.
    """
    frame = keys.select("row", record=pl.col("id"))
    own = (-pl.col("row") - 1).cast(pl.Int64)
    for match in target.match:
        if match.is_binding or not set(match.columns) <= set(keys.columns):
            continue
        frame = _joined(frame, match, keys)
    return frame.select(pl.coalesce("record", own)).to_series()


def _joined(frame: pl.DataFrame, match: Match, keys: pl.DataFrame) -> pl.DataFrame:
    """Give a record to the rows without one that fill the match's columns."""
    values = keys.select(match.columns)
    is_filled = values.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
    agree = [name for name in match.agree if name in keys.columns]
    work = frame.with_columns(
        *(keys[name] for name in agree), key=values.hash_rows(_SEED), is_filled=is_filled
    )
    open_rows = pl.col("is_filled") & pl.col("record").is_null()
    shared = work.filter("is_filled")["key"]
    shared = shared.filter(shared.is_duplicated()).unique().implode()
    alone = work.with_columns(
        record=pl.when(open_rows & ~pl.col("key").is_in(shared))
        .then(-pl.col("row") - 1)
        .otherwise("record")
    )
    crowd = work.filter(open_rows & pl.col("key").is_in(shared))
    if not crowd.height:
        return alone.select("row", "record")
    known = work.filter(pl.col("is_filled") & pl.col("record").is_not_null())
    decided = _decide(crowd, known, agree)
    return (
        alone.select("row", "record")
        .join(decided, on="row", how="left", maintain_order="left")
        .select("row", pl.coalesce("record", "decided").alias("record"))
    )


def _decide(crowd: pl.DataFrame, known: pl.DataFrame, agree: list[str]) -> pl.DataFrame:
    """Rows that share a key with others: one known record, or a new one together."""
    pairs = crowd.join(known, on="key", suffix="_known")
    candidates = pairs.filter(frames.agree(agree, "_known"))
    answers = candidates.group_by("row").agg(
        pl.col("record_known").n_unique().alias("several"), pl.col("record_known").first()
    )
    answered = answers.select(
        "row",
        decided=pl.when(pl.col("several") == 1).then("record_known").otherwise(AMBIGUOUS),
    )
    rest = crowd.join(answered, on="row", how="anti")
    return pl.concat([answered, _new(rest, agree)], how="vertical_relaxed")


def _new(rest: pl.DataFrame, agree: list[str]) -> pl.DataFrame:
    """New records of the file: one for each key, or one for each value that tells them apart."""
    if not agree:
        return rest.select("row", decided=-pl.col("row").min().over("key") - 1)
    marks = pl.concat_str(
        *(pl.col(name).cast(pl.String).fill_null("") for name in agree), separator="/"
    )
    blank = "/".join("" for _ in agree)
    rest = rest.with_columns(mark=marks.replace(blank, None))
    kinds = pl.col("mark").drop_nulls().n_unique().over("key")
    first = -pl.col("row").min() - 1
    return rest.select(
        "row",
        decided=pl.when(kinds <= 1)
        .then(first.over("key"))
        .when(pl.col("mark").is_null())
        .then(AMBIGUOUS)
        .otherwise(first.over("key", "mark")),
    )
