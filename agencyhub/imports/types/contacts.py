"""Phone numbers, MBIs and SSNs."""

import polars as pl
from django.utils.translation import gettext_noop

from agencyhub.imports.types.base import Context, Parsed, Type, judged, quoting
from agencyhub.lib import mbi, ssn
from agencyhub.lib.phones import InvalidPhoneError, read_phone

# Ten digits, or eleven with a leading 1, between nothing but the usual marks.
PLAIN = r"^(?:\+?1[ .-]?)?\(?([2-9]\d{2})\)?[ ./-]*(\d{3})[ ./-]*(\d{4})$"
ONLY_MARKS = r"^[\d ()./-]*$"
# Before the end of a number whose source shows no more.
MASKED = "tail:"
# What is left is read one by one; a column of nonsense must not cost more than good ones.
MOST_ODD = 2_000


class Phone(Type):
    """A US phone number in any spelling, as ten digits: ``lib.phones`` for a column."""

    name = "phone"

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        found = texts.str.extract_groups(PLAIN)
        values = (
            found.to_frame("found")
            .select(
                pl.concat_str(*(pl.col("found").struct.field(part) for part in ("1", "2", "3")))
            )
            .to_series()
        )
        odd = texts.filter(values.is_null() & texts.is_not_null())
        odd = odd.filter(~_is_too_short(odd)).unique()
        if len(odd):
            values = values.fill_null(_one_by_one(texts, odd.head(MOST_ODD), context))
        problem = quoting(
            gettext_noop("is not a US phone number of ten digits, such as (515) 555-0100.")
        )
        return judged(texts, values, problem)


def _is_too_short(texts: pl.Series) -> pl.Series:
    few = texts.str.count_matches(r"\d") < 10  # noqa: PLR2004 - digits of a number
    return few & texts.str.contains(ONLY_MARKS)


def _one_by_one(texts: pl.Series, odd: pl.Series, context: Context) -> pl.Series:
    known: dict[str, str | None] = context.kept.setdefault(Phone, {})
    for text in odd.to_list():
        if text not in known and len(known) < MOST_ODD:
            known[text] = _read(text)
    good = {text: digits for text, digits in known.items() if digits}
    return texts.replace_strict(
        list(good), list(good.values()), default=None, return_dtype=pl.String
    )


def _read(text: str) -> str | None:
    try:
        return read_phone(text) or None
    except InvalidPhoneError:
        return None


class Mbi(Type):
    """A Medicare Beneficiary Identifier, full or masked: ``lib.mbi`` for a column.

    The values hold the full MBI, or ``MASKED`` and the end where the source shows no more.
    """

    name = "mbi"
    is_masked = True

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        compact = texts.str.replace_all(r"[\s\x1c-\x1f\-]", "").str.to_uppercase()
        text = pl.col("text")
        tail = text.str.extract(f"^(?:{mbi.MASKED})$", 1).str.tail(mbi.TAIL)
        values = (
            compact.to_frame("text")
            .select(
                pl.when(text.str.contains(f"^(?:{mbi.FULL})$"))
                .then(text)
                .otherwise(pl.lit(MASKED) + tail)
            )
            .to_series()
        )
        length = text.str.len_chars()
        problem = (
            pl.when(length != mbi.LENGTH)
            .then(
                pl.format(
                    gettext_noop("An MBI has %(length)s characters; this one has {}.")
                    % {"length": mbi.LENGTH},
                    length,
                )
            )
            .otherwise(pl.lit(mbi.WRONG_LETTERS))
        )
        return judged(compact, values, problem)


class Ssn(Type):
    """A social security number, full or masked: ``lib.ssn`` for a column.

    The values hold nine digits, or ``MASKED`` and the end where the source shows no more. What is
    wrong is said without the number.
    """

    name = "ssn"
    is_masked = True

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        compact = texts.str.replace_all(r"[\s\-]", "").str.replace(r"\.0$", "")
        text = pl.col("text")
        is_full = text.str.contains(rf"^[0-9]{{{ssn.FEWEST},{ssn.DIGITS}}}$")
        is_nothing = text.str.contains(r"^0+$")
        tail = text.str.extract(rf"^[*•#Xx]{{5}}([0-9]{{{ssn.TAIL}}})$", 1)
        values = (
            compact.to_frame("text")
            .select(
                pl.when(is_full & ~is_nothing)
                .then(text.str.zfill(ssn.DIGITS))
                .otherwise(pl.lit(MASKED) + tail)
            )
            .to_series()
        )
        return judged(compact, values, pl.lit(ssn.WRONG))
