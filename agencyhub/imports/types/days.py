"""Dates: ``lib.days`` for a column."""

import polars as pl
from django.utils.translation import gettext_noop

from agencyhub.imports.types.base import Context, Parsed, Type, judged, quoting
from agencyhub.imports.types.text import tidied
from agencyhub.lib import days

EARLIEST, LATEST = (pl.date(days.FIRST_YEAR, 1, 1), pl.date(days.LAST_YEAR, 12, 31))
FAST = r"^\d{1,2}/\d{1,2}/\d{4}$"
SHORT_US = r"^\d{1,2}[/.-]\d{1,2}[/.-](\d{2})(?: .*)?$"
SHORT_DAY_FIRST = r"^\d{1,2}[ -][A-Za-z]{3,9}\.?,?[ -](\d{2})$"
UNCLEAR = gettext_noop("may mean two centuries. Write the year with four digits.")


class Day(Type):
    """A date in any usual American or ISO spelling, or a spreadsheet's number of days."""

    name = "date"
    dtype = pl.Date

    def __init__(self, *, is_birth: bool = False) -> None:
        """``is_birth``: never in the future, and a year of two digits must be clear."""
        self.is_birth = is_birth

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        texts = tidied(texts)
        is_usual = texts.str.contains(FAST)
        values = texts.set(~is_usual.fill_null(value=True), None)
        values = values.str.to_date("%m/%d/%Y", strict=False)
        odd = ~is_usual.fill_null(value=True)
        if odd.any():
            values = values.zip_with(~odd, self._odd(texts.set(~odd, None), context.this_year))
        wrong = quoting(gettext_noop("is not a date such as 03/14/1958."))
        if not self.is_birth:
            return judged(texts, _within(values), wrong)
        short = pl.coalesce(
            pl.col("text").str.extract(SHORT_US, 1), pl.col("text").str.extract(SHORT_DAY_FIRST, 1)
        )
        is_unclear = short.cast(pl.Int32) <= context.this_year % 100
        return judged(
            texts, _within(values), pl.when(is_unclear).then(quoting(UNCLEAR)).otherwise(wrong)
        )

    def _odd(self, texts: pl.Series, this_year: int) -> pl.Series:
        """Read the spellings that are not month/day/year."""
        text = pl.col("text")
        frame = texts.to_frame("text").select(
            text.str.extract_groups(days.US).alias("us"),
            text.str.extract_groups(days.ISO).alias("iso"),
            text.str.extract_groups(days.COMPACT).alias("compact"),
            text.str.extract_groups(days.DAY_FIRST).alias("day_first"),
            text.str.extract_groups(days.MONTH_FIRST).alias("month_first"),
            serial=text.str.extract(days.SERIAL, 1).cast(pl.Int32, strict=False),
        )
        part = lambda name, number: pl.col(name).struct.field(str(number))  # noqa: E731
        frame = frame.select(
            "serial",
            year=pl.coalesce(
                part("us", 3), part("iso", 1), part("compact", 1), part("day_first", 3),
                part("month_first", 3),
            ),
            month=pl.coalesce(
                part("us", 1), part("iso", 2), part("compact", 2),
                _month(part("day_first", 2)), _month(part("month_first", 1)),
            ),
            day=pl.coalesce(
                part("us", 2), part("iso", 3), part("compact", 3), part("day_first", 1),
                part("month_first", 2),
            ),
        )  # fmt: skip
        whole = frame.select(
            "serial",
            iso=pl.concat_str(
                self._full_year(pl.col("year"), this_year),
                pl.col("month").str.zfill(2),
                pl.col("day").str.zfill(2),
                separator="-",
            ),
        )
        serial = pl.lit(days.SERIAL_ZERO) + pl.duration(days=pl.col("serial"))
        return whole.select(
            pl.coalesce(pl.col("iso").str.to_date("%Y-%m-%d", strict=False), serial)
        ).to_series()

    def _full_year(self, year: pl.Expr, this_year: int) -> pl.Expr:
        """``days.full_year`` as an expression over texts."""
        short = year.str.len_chars() == 2  # noqa: PLR2004 - two digits
        full = {
            f"{number:02}": days.full_year(number, this_year=this_year, is_birth=self.is_birth)
            for number in range(100)
        }
        known = {text: str(number) for text, number in full.items() if number is not None}
        long = year.replace_strict(
            list(known), list(known.values()), default=None, return_dtype=pl.String
        )
        return pl.when(short).then(long).otherwise(year)


def _month(name: pl.Expr) -> pl.Expr:
    numbers = [str(number) for number in days.MONTHS.values()]
    return name.str.to_lowercase().replace_strict(
        list(days.MONTHS), numbers, default=None, return_dtype=pl.String
    )


def _within(values: pl.Series) -> pl.Series:
    inside = values.to_frame("day").select(pl.col("day").is_between(EARLIEST, LATEST)).to_series()
    return values.set(~inside.fill_null(value=True), None)
