"""Words: text, one of a few choices, yes or no, states, ZIP codes, e-mail addresses."""

from collections.abc import Sequence
from typing import ClassVar

import polars as pl
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop
from django_stubs_ext import StrOrPromise

from agencyhub.imports.types.base import Context, Parsed, Type, judged, quoting
from agencyhub.lib.cells import YES_NO
from agencyhub.lib.states import CODES_BY_NAME, STATES

# Python's and Rust's ideas of white space differ by these separators.
SPACE = r"[\s\x1c-\x1f]"
UNTIDY = r"[^\S ]|[\x1c-\x1f]|  |\x00"
PLAIN_EMAIL = (
    r"^[A-Za-z0-9_+'-]+(?:\.[A-Za-z0-9_+'-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$"
)
MAX_EMAIL = 254


def tidied(texts: pl.Series) -> pl.Series:
    """``lib.text.tidy`` for a column; most columns have nothing to tidy."""
    if not texts.str.contains(UNTIDY).any():
        return texts
    spaced = texts.str.replace_all("\x00", "", literal=True).str.replace_all(f"{SPACE}+", " ")
    return blank_to_null(spaced.str.strip_chars(" "))


def blank_to_null(texts: pl.Series) -> pl.Series:
    """None for blank texts."""
    return texts.set(texts == "", None) if (texts == "").any() else texts


class Text(Type):
    """One line of text."""

    name = "text"

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        texts = self.tidy(texts)
        too_long = texts.str.len_chars() > self.max_length
        if not too_long.any():
            return Parsed(texts)
        words = gettext_noop("is longer than %(max_length)s characters.") % {
            "max_length": self.max_length
        }
        return judged(texts, texts.set(too_long.fill_null(value=False), None), quoting(words))

    def tidy(self, texts: pl.Series) -> pl.Series:
        """Fold white space."""
        return tidied(texts)


class Lines(Text):
    """Text that keeps its line breaks."""

    name = "lines"

    def tidy(self, texts: pl.Series) -> pl.Series:
        """Only what the database cannot hold is taken out."""
        return blank_to_null(texts.str.replace_all("\x00", "", literal=True))


class OneOf(Type):
    """One of a model field's own choices, by label or by value."""

    name = "choice"

    def __init__(
        self, choices: Sequence[tuple[str, StrOrPromise]], *, also: dict[str, str] | None = None
    ) -> None:
        """``also`` maps further words, in lower case, to values."""
        self._choices = choices
        values = {str(value).lower(): str(value) for value, _ in choices}
        labels = {str(label).lower(): str(value) for value, label in choices}
        self.by_word = {**(also or {}), **values, **labels}

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        return [(value, str(label)) for value, label in self._choices]

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        texts = tidied(texts)
        words = list(self.by_word)
        values = texts.str.to_lowercase().replace_strict(
            words, list(self.by_word.values()), default=None, return_dtype=pl.String
        )
        listed = ", ".join(str(label) for _, label in self._choices)
        return judged(
            texts, values, quoting(gettext_noop("is not one of: %(values)s.") % {"values": listed})
        )


class State(OneOf):
    """A US state or territory, by postal code or name."""

    name = "state"

    def __init__(self) -> None:
        super().__init__(STATES, also=dict(CODES_BY_NAME))

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        parsed = super().parse(texts, context)
        problem = quoting(
            gettext_noop("is not a US state or territory. Use its two letters, for example IA.")
        )
        return judged(tidied(texts), parsed.values, problem)


class YesNo(Type):
    """Yes or no; a blank cell says nothing."""

    name = "yes_no"
    dtype: ClassVar[type[pl.DataType]] = pl.Boolean

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        words = {word: value for word, value in YES_NO.items() if word}
        values = texts.str.to_lowercase().replace_strict(
            list(words), list(words.values()), default=None, return_dtype=pl.Boolean
        )
        return judged(texts, values, quoting(gettext_noop("is neither yes nor no.")))


class Zip(Type):
    """A ZIP code; the zeros that spreadsheets drop come back."""

    name = "zip"

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        compact = texts.str.replace_all(SPACE, "")
        short = tidied(texts).str.contains(r"^[0-9]{3,4}$")
        full = compact.str.contains(r"^[0-9]{5}(?:-?[0-9]{4})?$")
        frame = pl.DataFrame({"text": compact, "short": short, "full": full})
        behind = pl.col("text").str.tail(4)
        values = frame.select(
            pl.when("short")
            .then(pl.col("text").str.zfill(5))
            .when(pl.col("full") & (pl.col("text").str.len_chars() > 5))  # noqa: PLR2004 - ZIP+4
            .then(pl.col("text").str.head(5) + "-" + behind)
            .when("full")
            .then("text")
        ).to_series()
        problem = quoting(gettext_noop("is not a ZIP code: it has 5 digits, or 9 with a dash."))
        return judged(texts, values, problem)


class Email(Type):
    """An e-mail address."""

    name = "email"

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        is_plain = texts.str.contains(PLAIN_EMAIL) & (texts.str.len_chars() <= MAX_EMAIL)
        values = texts.set(~is_plain.fill_null(value=True), None)
        odd = texts.filter(
            values.is_null() & texts.is_not_null() & texts.str.contains("@")
        ).unique()
        good = [text for text in odd.to_list() if _is_email(text)]
        if good:
            values = values.fill_null(texts.set(~texts.is_in(good).fill_null(value=False), None))
        problem = quoting(gettext_noop("is not an e-mail address such as ana@example.com."))
        return judged(texts, values, problem)


def _is_email(text: str) -> bool:
    if len(text) > MAX_EMAIL:
        return False
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
