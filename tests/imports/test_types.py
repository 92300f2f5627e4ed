"""Columns read at once mean the same as their cells read one by one."""

from datetime import date

import polars as pl
import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from agencyhub.imports.types.base import Context
from agencyhub.imports.types.contacts import MASKED, Mbi, Phone
from agencyhub.imports.types.days import Day
from agencyhub.imports.types.numbers import Money, Whole
from agencyhub.imports.types.text import Email, State, Text, Zip
from agencyhub.lib import cells
from agencyhub.lib.days import read_day
from agencyhub.lib.mbi import read_mbi
from agencyhub.lib.money import read_money
from agencyhub.lib.states import read_state
from agencyhub.lib.text import tidy

YEAR = 2026
WRONG = object()


def _read(kind, texts):
    """Values as the import sees them: trimmed first, WRONG where there is an error."""
    series = pl.Series("text", texts, dtype=pl.String).str.strip_chars()
    series = series.set(series == "", None)
    parsed = kind.parse(series, Context(this_year=YEAR))
    errors = parsed.errors if parsed.errors is not None else pl.repeat(None, len(texts), eager=True)
    return [WRONG if e else v for v, e in zip(parsed.values, errors, strict=True)]


def _rule(read, text):
    try:
        found = read(text)
    except ValueError:
        return WRONG
    return None if found == "" else found


SMALL = st.text("0123456789/-. ,$()+TAPMamp:JanMrDecx", max_size=14)
NUMBER = st.integers(0, 9999).map(str)
PARTS = st.tuples(NUMBER, st.sampled_from(list("/-. ")), NUMBER, NUMBER).map(
    lambda p: f"{p[0]}{p[1]}{p[2]}{p[1]}{p[3]}"
)
DATES = st.dates(date(1890, 1, 1), date(2110, 1, 1)).flatmap(
    lambda day: st.sampled_from(
        [
            f"{day:%m/%d/%Y}", f"{day:%m/%d/%y}", f"{day:%Y-%m-%d}", f"{day:%Y%m%d}",
            f"{day:%d-%b-%Y}", f"{day:%d %B %y}", f"{day:%B %d, %Y}", f"{day:%b. %d %Y}",
            f"{day.month}-{day.day}-{day.year}", f"{day:%Y-%m-%d} 00:00:00",
            f"{day:%m/%d/%Y} 12:00 AM", str((day - date(1899, 12, 30)).days),
        ]
    )
)  # fmt: skip
AMOUNTS = st.tuples(
    st.sampled_from(["", "$", "-", "-$", "$-", "(", "($", "USD ", "+"]),
    st.decimals(0, 10**13, places=3, allow_nan=False).map(lambda d: f"{d:,f}"),
    st.sampled_from(["", ")", "-", "0"]),
).map("".join)
PHONES = st.tuples(
    st.sampled_from(["", "1", "+1 ", "1-", "+44 "]),
    st.from_regex(r"\(?[0-9]{3}\)?[ .-]?[0-9]{3}[ .-]?[0-9]{4}", fullmatch=True),
    st.sampled_from(["", " x12", " ext. 4", "9"]),
).map("".join)
MBIS = st.from_regex(
    r"[1-9][AC-HJ][0-9A]-?[0-9][AC-HJ][0-9A]-?[0-9][A-Z]{2} ?[0-9]{2}|[*X]{2,8}[0-9A-Z]{1,7}",
    fullmatch=True,
)


def _day(text):
    return read_day(text, this_year=YEAR)


def _birth(text):
    return read_day(text, this_year=YEAR, is_birth=True)


def _mbi(text):
    found = read_mbi(text) if text else None
    return found and (found.full or MASKED + found.tail)


def _refuse():
    raise ValueError


def _email(text):
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise ValueError from error
    return text


CASES = [
    ("text", Text(8), lambda t: tidy(t) if len(tidy(t)) <= 8 else _refuse(), st.text(max_size=12)),
    ("day", Day(), _day, st.one_of(DATES, PARTS, SMALL)),
    ("birth", Day(is_birth=True), _birth, st.one_of(DATES, PARTS)),
    ("money", Money(may_be_negative=True), read_money, st.one_of(AMOUNTS, SMALL)),
    ("phone", Phone(), cells.Phone().clean, st.one_of(PHONES, SMALL)),
    ("zip", Zip(), cells.Zip().clean, st.from_regex(r"[0-9 ]{2,6}(-?[0-9]{3,4})?", fullmatch=True)),
    ("state", State(), read_state, st.sampled_from(["ia", " Iowa", "NEW  YORK", "XX", "dc", ""])),
    ("mbi", Mbi(), _mbi, st.one_of(MBIS, SMALL)),
    ("whole", Whole(), lambda t: int(t) if t else None, st.integers(0, 10**8).map(str)),
    ("email", Email(), _email, st.one_of(st.emails(), SMALL)),
]


class TestColumns:
    @pytest.mark.parametrize(("_name", "kind", "rule", "texts"), CASES, ids=[c[0] for c in CASES])
    def test_agree_with_the_rule_of_a_cell(self, _name, kind, rule, texts):
        @settings(max_examples=60, deadline=None)
        @given(st.lists(texts, max_size=20))
        def agree(cells_):
            cells_ = [text.replace("\x00", "") for text in cells_]
            trimmed = [text.strip() for text in cells_]
            expected = [_rule(rule, tidy(text)) if text else None for text in trimmed]
            assert _read(kind, trimmed) == expected

        agree()
