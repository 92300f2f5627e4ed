"""What cells of a file are in a field, and whether they are what its heading promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.imports.heads import Head
from agencyhub.imports.kinds import Field
from agencyhub.imports.proposing import Guess
from agencyhub.imports.types.base import Context, Type
from agencyhub.lib.phones import format_phone
from agencyhub.lib.reading.headers import normalise

# Types whose values are on a list: a heading such as "Status" may mean one of several.
LISTED = {"known", "option", "agent", "choice"}
HALF = 0.5


@dataclass(frozen=True)
class Shown:
    """What a cell becomes, or what is wrong with it."""

    text: str
    problem: str = ""


def shown(field: Field, texts: Sequence[str], *, user: User | None, on: date) -> list[Shown]:
    """What cells become in a field; ``on`` is today, for years of two digits.

    A field that depends on another one (a product on its carrier) is shown as it is.
    """
    if field.type.after:
        return [Shown(text) for text in texts]
    cells = pl.Series("cells", [text.strip() or None for text in texts], dtype=pl.String)
    parsed = field.type.parse(cells, Context(user=user, this_year=on.year))
    problems = parsed.errors.to_list() if parsed.errors is not None else [None] * len(texts)
    return [
        Shown(_words(value, text, field.type), problem or "")
        for text, value, problem in zip(texts, parsed.values.to_list(), problems, strict=True)
    ]


def _words(value: Any, text: str, of: Type) -> str:
    """A value as the pages show it; what a list knows keeps the words of the file."""
    words = "" if value is None else text
    if isinstance(value, bool):
        words = gettext("Yes") if value else "No"
    elif isinstance(value, date):
        words = f"{value:%m/%d/%Y}"
    elif isinstance(value, Decimal):
        words = f"${value:,.2f}"
    elif isinstance(value, str):
        words = str(dict(of.choices).get(value, value)) if of.name == "choice" else value
        words = format_phone(value) if of.name == "phone" else words
    return words


def corrected(
    guesses: Sequence[Guess], head: Head, fields: Mapping[str, Field], *, user: User | None
) -> list[Guess]:
    """Guesses by heading, but for columns whose cells are on the list of another field."""
    taken = {guess.key for guess in guesses}
    found = []
    for heading, cells, guess in zip(head.labels, head.samples, guesses, strict=True):
        better = _better(heading, cells, guess, fields, taken=taken, user=user)
        found.append(guess if better is None else better)
        taken.add(found[-1].key)
    return found


def _better(
    heading: str,
    cells: Sequence[str],
    guess: Guess,
    fields: Mapping[str, Field],
    *,
    taken: set[str],
    user: User | None,
) -> Guess | None:
    if not guess.key or not cells or fields[guess.key].type.name not in LISTED:
        return None
    share = _fitting(fields[guess.key], cells, user=user)
    if share >= HALF:
        return None
    words = set(normalise(heading).split())
    others = [
        (_fitting(one, cells, user=user), one)
        for one in fields.values()
        if one.key not in taken
        and one.type.name in LISTED
        and words <= set(normalise(one.label).split())
    ]
    best, field = max(others, key=lambda other: other[0], default=(0.0, None))
    if field is None or best <= max(share, HALF):
        return None
    return Guess(field.key, gettext("its cells are of “%(label)s”") % {"label": field.label})


def _fitting(field: Field, cells: Sequence[str], *, user: User | None) -> float:
    """The share of cells that the field's list knows."""
    if field.type.after:
        return 0
    texts = pl.Series("cells", list(cells), dtype=pl.String)
    errors = field.type.parse(texts, Context(user=user)).errors
    return 1 if errors is None else errors.null_count() / len(cells)
