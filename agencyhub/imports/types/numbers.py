"""Numbers: amounts of money, whole numbers, decimals."""

import polars as pl
from django.utils.translation import gettext_noop

from agencyhub.imports.types.base import Context, Parsed, Type, judged, quoting
from agencyhub.imports.types.text import tidied
from agencyhub.lib import money

FAST = r"^\$?(\d{1,9}(?:\.\d{1,2})?)$"
WHOLE_DIGITS = 9


class Money(Type):
    """US dollars and cents: ``lib.money`` for a column."""

    name = "money"
    dtype = pl.Decimal(14, 2)

    def __init__(self, *, may_be_negative: bool = False) -> None:
        self.may_be_negative = may_be_negative

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        texts = tidied(texts)
        usual = texts.str.extract(FAST, 1)
        values = usual.cast(self.dtype, strict=False)
        odd = values.is_null() & texts.is_not_null()
        if odd.any():
            values = values.zip_with(~odd, self._odd(texts.set(~odd, None)))
        if self.may_be_negative:
            return judged(
                texts, values, quoting(gettext_noop("is not an amount such as 1,234.56."))
            )
        problem = quoting(gettext_noop("is not an amount of zero or more, such as 1,234.56."))
        return judged(texts, values.set((values < 0).fill_null(value=False), None), problem)

    def _odd(self, texts: pl.Series) -> pl.Series:
        """Read the spellings with commas, brackets and signs."""
        groups = texts.to_frame("text").select(
            pl.col("text").str.extract_groups(money.AMOUNT).alias("found")
        )
        plain = groups.unnest("found").select(
            marks=pl.concat_str(
                *(pl.col(name).fill_null("") for name in ("1", "2", "3", "6")),
            ),
            closing=pl.col("5").is_not_null(),
            number=pl.col("4").str.replace_all(",", "", literal=True),
        )
        number = pl.col("number")
        is_readable = (
            number.str.contains(money.DIGITS)
            & ~number.str.contains(money.TOO_FINE)
            & (pl.col("marks").str.len_chars() <= 1)
            & (pl.col("marks").eq("(") == pl.col("closing"))
            & (number.str.find(r"\.|$") <= money.MAX_WHOLE_DIGITS)
        )
        exact = number.str.replace(r"(\.\d\d)0+$", "${1}").cast(self.dtype, strict=False)
        return plain.select(
            pl.when(is_readable)
            .then(pl.when(pl.col("marks").is_in(["(", "-"])).then(-exact).otherwise(exact))
            .cast(self.dtype)
        ).to_series()


class Whole(Type):
    """A whole number."""

    name = "integer"
    dtype = pl.Int64

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        fits = texts.str.contains(rf"^[0-9]{{1,{WHOLE_DIGITS}}}$")
        values = texts.set(~fits.fill_null(value=True), None).cast(pl.Int64, strict=False)
        return judged(texts, values, quoting(gettext_noop("is not a whole number.")))


class RecordId(Whole):
    """The number of a record of ours."""

    name = "id"
