"""Policy numbers that are not the same, yet one with a slip. Pure."""

import polars as pl
from rapidfuzz.distance import OSA

_HALF = 4
_MOST_BEHIND = 2
_SIDES = ["number_text_1", "number_text_2"]


def are_slips(pairs: pl.DataFrame) -> pl.Series:
    """Whether the two numbers of each pair may be one.

    A character is missing, added, wrong or swapped with its neighbour; or one or two more stand
    behind, as for the members of a contract.
    """
    one, other = (pl.col(side) for side in _SIDES)
    longer = one.str.len_chars().cast(pl.Int32) - other.str.len_chars().cast(pl.Int32)
    begins = one.str.starts_with(other) | other.str.starts_with(one)
    # One slip leaves an end of the number as it was: a quick look before a slow one.
    has_end = (one.str.head(_HALF) == other.str.head(_HALF)) | (
        one.str.tail(_HALF) == other.str.tail(_HALF)
    )
    looked = pairs.select(
        *_SIDES,
        (begins & (longer.abs() <= _MOST_BEHIND)).fill_null(value=False).alias("is_slip"),
        has_end.fill_null(value=False).alias("has_end"),
    )
    found = [
        is_slip or (has_end and OSA.distance(a, b, score_cutoff=1) <= 1)
        for a, b, is_slip, has_end in looked.iter_rows()
    ]
    return pl.Series(found, dtype=pl.Boolean)
