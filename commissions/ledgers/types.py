"""What cells of carriers' files hold, where it is not what it looks like."""

import polars as pl
from django.utils.translation import gettext_noop

from agencyhub.imports.types.base import Context, Parsed, judged, quoting
from agencyhub.imports.types.contacts import Mbi
from agencyhub.imports.types.days import Day
from agencyhub.imports.types.text import Text, YesNo, tidied

# 2300-01-01, 3000-01-01 and 9999-12-31 are how carriers write "no end".
NO_END = r"(?:^|\D)(?:2[2-9]\d{2}|[3-9]\d{3})(?:\D|$)|^(?:2[2-9]\d{2}|[3-9]\d{3})\d{4}$"
NOTHING = frozenset({"n/a", "na", "none", "null", "unknown", "not available", "-", "--", "0"})
DAY_FIRST = r"^(\d{1,2})-(\d{1,2})-(\d{2}|\d{4})$"
MONTH_ONLY = r"^(\d{4})-?(\d{2})$"
US_MONTH = r"^(\d{1,2})/(\d{4}|\d{2})$"
NAMED_MONTH = r"^([A-Za-z]{3,9})\.?[ ,'-]+(\d{4}|\d{2})$"


class OpenDay(Day):
    """A date that carriers fill with a day far away, or zeros, where there is none."""

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        texts = tidied(texts)
        is_nothing = texts.str.contains(NO_END) | texts.str.contains(r"^0[0/.-]*0?$")
        is_nothing |= texts.str.to_lowercase().is_in(list(NOTHING))
        return super().parse(texts.set(is_nothing.fill_null(value=False), None), context)


class DayFirst(Day):
    """A date in which the day comes first when dashes are between: 5-3-26 is 5 March 2026."""

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        texts = tidied(texts)
        turned = texts.str.replace(DAY_FIRST, "${2}/${1}/${3}")
        parsed = super().parse(turned, context)
        return judged(
            texts, parsed.values, quoting(gettext_noop("is not a date such as 14-03-26."))
        )


class Month(Day):
    """The first day of a month, written as any of its days, as 2026-11, 11/2026 or Nov 2026.

    Of a span the first month counts.
    """

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        texts = tidied(texts)
        first = texts.str.replace(r"\s+(?:-|to|through|thru)\s+.*$", "")
        days = (
            first.str.replace(MONTH_ONLY, "${2}/1/${1}")
            .str.replace(US_MONTH, "${1}/1/${2}")
            .str.replace(NAMED_MONTH, "1 ${1} ${2}")
        )
        parsed = super().parse(days, context)
        return judged(
            texts, parsed.values.dt.truncate("1mo"), quoting(gettext_noop("is not a month."))
        )


class CarrierMbi(Mbi):
    """An MBI, full or masked; carriers that have none write words or zeros."""

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        is_nothing = texts.str.to_lowercase().is_in(list(NOTHING))
        return super().parse(texts.set(is_nothing.fill_null(value=False), None), context)


class Words(Text):
    """Text of which the rest is cut off: what nobody compares must not reject a row."""

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        return Parsed(self.tidy(texts).str.slice(0, self.max_length))


class Flag(YesNo):
    """Yes or no; anything else says nothing."""

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        return Parsed(super().parse(texts, context).values)


class Number(Text):
    """A carrier's number for something; what stands for "none" is none."""

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        parsed = super().parse(texts, context)
        is_nothing = parsed.values.str.to_lowercase().is_in(list(NOTHING))
        is_nothing |= parsed.values.str.contains(r"^0+$")
        return Parsed(parsed.values.set(is_nothing.fill_null(value=False), None), parsed.errors)
