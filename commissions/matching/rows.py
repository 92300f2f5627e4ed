"""Rows as they are compared: one narrow frame of numbers for whatever kind of row. Pure.

Texts become hashes of their normal forms, by which equality is told; names alone are looked at
again, and stand in ``Names``. NULL is what a source did not say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from commissions.matching import names

RAW: dict[str, type[pl.DataType]] = {
    "id": pl.Int64, "carrier": pl.Int64, "carrier_name": pl.String, "agent": pl.Int64,
    "npn": pl.String, "first_name": pl.String, "last_name": pl.String, "suffix": pl.String,
    "born": pl.Int32, "zip": pl.String, "line": pl.String, "plan": pl.String,
    "number_1": pl.String, "number_2": pl.String, "number_3": pl.String,
    "mbi": pl.Int64, "tail": pl.String, "effective": pl.Int32,
    "end": pl.Int32, "period": pl.Int32,
}  # fmt: skip
"""What is read of a row. Days count from 1970; numbers are keys; blank texts are NULL."""
NUMBERS = ("number_1", "number_2", "number_3")
# Files write these where they know no date of birth, and dates of effect beyond are no dates.
_NOBODY_BORN = [date(1900, 1, 1), date(1901, 1, 1), date(1970, 1, 1)]
_SHORTEST_NUMBER = 5
# What people and scanners take for one another.
_READ_AS = {"o": "0", "i": "1", "l": "1"}
_PLAN = r"^([A-Z]\d{4}-\d{3})"
_NO_CARRIER_WORDS = (
    r"\b(?:the|insurance|company|companies|co|inc|llc|corp|of|health|healthcare|plans?|medicare"
    r"|advantage|group|life|assurance|solutions?)\b"
)


@dataclass
class Names:
    """The normal forms behind the hashes of first and last names."""

    given: dict[int, str] = field(default_factory=dict)
    family: dict[int, str] = field(default_factory=dict)


def normal(raw: pl.DataFrame, known: Names) -> pl.DataFrame:
    """Bring rows into the form that is compared, and add their names to the ``known``."""
    split = _split_names(raw)
    given = _forms(split["first_name"], names.given_form)
    family = _forms(split["last_name"], lambda text: names.family_form(text)[0])
    suffixes = _forms(split["last_name"], lambda text: names.family_form(text)[1])
    own = _forms(raw["suffix"], names.suffix_form)
    known.given.update(_by_hash(given))
    known.family.update(_by_hash(family))
    digits = raw.select(_digits(pl.col(one)) for one in NUMBERS)
    return raw.select(
        "id",
        pl.col("carrier").cast(pl.Int32),
        _hash(pl.lit(_carrier_words(raw["carrier_name"]))).alias("carrier_word"),
        pl.col("agent").cast(pl.Int32),
        _hash(pl.col("npn")).alias("npn"),
        _hash(pl.lit(given)).alias("first"),
        _hash(pl.lit(given).str.extract(r"^(\w+)")).alias("first_head"),
        pl.lit(given).str.slice(0, 1).alias("first_letter"),
        _hash(pl.lit(family)).alias("last"),
        _hash(pl.lit(family).str.extract(r"^(\w+)")).alias("last_head"),
        _hash(pl.lit(family).str.extract(r" (\w+)$")).alias("last_tail"),
        pl.lit(family).str.slice(0, 1).alias("last_letter"),
        _hash(pl.coalesce(pl.lit(own), pl.lit(suffixes))).alias("suffix"),
        _birth().alias("born"),
        *(part.cast(pl.Int8).alias(f"born_{name}") for name, part in _parts_of(_birth())),
        _hash(pl.col("zip")).alias("zip"),
        _hash(_line()).alias("line"),
        _hash(pl.col("plan").str.extract(_PLAN)).alias("plan"),
        *(_hash(_long(pl.col(one))).alias(one) for one in NUMBERS),
        *(_hash(pl.lit(digits[one])).alias(f"{one}_digits") for one in NUMBERS),
        digits["number_1"].alias("number_text"),
        "mbi",
        _hash(pl.col("tail")).alias("tail"),
        *(pl.col(one).cast(pl.Date) for one in ("effective", "end", "period")),
    )


def hashes(forms: pl.Series) -> pl.Series:
    """As what normal forms stand in rows."""
    return forms.to_frame("form").select(_hash(pl.col("form"))).to_series()


def _split_names(raw: pl.DataFrame) -> pl.DataFrame:
    """First and last names; those written into one field are taken apart."""
    both = raw.select(pl.col("first_name").fill_null(""), pl.col("last_name").fill_null(""))
    is_whole = pl.any_horizontal(pl.col("first_name", "last_name").str.contains(",", literal=True))
    odd = both.with_row_index("at").filter(is_whole)
    if odd.height:
        fixed = [names.parts(*pair) for pair in odd.select("first_name", "last_name").iter_rows()]
        parts = pl.DataFrame(
            {"at": odd["at"], "a": [one[0] for one in fixed], "b": [one[1] for one in fixed]},
            schema_overrides={"at": pl.UInt32},
        )
        both = both.with_row_index("at").join(parts, on="at", how="left", maintain_order="left")
        both = both.select(
            pl.coalesce("a", "first_name").alias("first_name"),
            pl.coalesce("b", "last_name").alias("last_name"),
        )
    return both


def _forms(texts: pl.Series, form: Callable[[str], str]) -> pl.Series:
    """The normal form of every text: each different one is worked out once."""
    seen = texts.drop_nulls().unique()
    made = [form(text) or None for text in seen]
    return texts.replace_strict(seen, pl.Series(made, dtype=pl.String), default=None)


def _by_hash(forms: pl.Series) -> dict[int, str]:
    seen = forms.drop_nulls().unique()
    return dict(zip(hashes(seen), seen, strict=True))


def _hash(text: pl.Expr) -> pl.Expr:
    """Half of a hash: enough to tell the two sides of a pair apart."""
    half = (text.hash() % 2**32).cast(pl.UInt32)
    return pl.when(text.is_not_null()).then(half)


def _long(number: pl.Expr) -> pl.Expr:
    return pl.when(number.str.len_chars() >= _SHORTEST_NUMBER).then(number)


def _digits(number: pl.Expr) -> pl.Expr:
    """The number without the letters and zeros of a prefix, and letters that were digits."""
    return _long(number.str.replace(r"^[a-z]+0*", "").str.replace_many(_READ_AS))


def _carrier_words(names: pl.Series) -> pl.Series:
    """The word that tells a carrier; each different name is looked at once."""
    seen = names.drop_nulls().unique()
    words = seen.str.to_lowercase().str.replace_all(_NO_CARRIER_WORDS, " ")
    return names.replace_strict(seen, words.str.extract(r"([a-z]{3,})"), default=None)


def _line() -> pl.Expr:
    """The line of business; the first letter of a CMS plan ID tells it as well."""
    letter = pl.col("plan").str.extract(_PLAN).str.slice(0, 1)
    by_plan = pl.when(letter == "S").then(pl.lit("pdp")).when(letter.is_in(["H", "R"]))
    return pl.coalesce("line", by_plan.then(pl.lit("med_adv")))


def _parts_of(day: pl.Expr) -> list[tuple[str, pl.Expr]]:
    """A day's parts: dates are taken apart once, not once for every pair."""
    year = day.dt.year()
    return [
        ("century", year // 100),
        ("year", year % 100),
        ("month", day.dt.month()),
        ("day", day.dt.day()),
    ]


def _birth() -> pl.Expr:
    born = pl.col("born").cast(pl.Date)
    return pl.when(~born.is_in(_NOBODY_BORN)).then(born)


def columns(frame: pl.DataFrame, only: Sequence[str], prefix: str) -> pl.DataFrame:
    """Some columns of a frame under names with a prefix."""
    return frame.select(pl.col(name).alias(prefix + name) for name in only)
