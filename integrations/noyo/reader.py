"""Taking fields out of a partner's record, and collecting what is wrong with them. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from django.utils.translation import gettext_noop

from integrations.errors import FieldProblem, PartnerContractError
from integrations.noyo.told import Record

OPEN_FROM = date(2999, 1, 1)
"""Noyo writes an open end as 9999-12-31, and in places as 2999-12-31."""
LONGEST_ID = 36
Told = TypeVar("Told")
_NEEDED = gettext_noop("A text is needed here.")
_TOO_LONG = gettext_noop("A shorter text is needed here.")
_NO_DAY = gettext_noop("A date such as 2027-01-01 is needed here.")


class Reader:
    """Takes fields out of one record and collects what is wrong with them."""

    def __init__(self, row: Record) -> None:
        self._row = row
        self.problems: list[FieldProblem] = []

    def text(self, name: str) -> str:
        """A value as a text; blank where there is none, or something with parts."""
        value = self._row.get(name)
        return "" if isinstance(value, dict | list) else as_text(value).strip()

    def cut(self, name: str, most: int) -> str:
        """Words for people, which lose their end where they are too long."""
        return self.text(name)[:most]

    def id(self, name: str, most: int = LONGEST_ID) -> str:
        """What tells one thing from another, which must not lose its end."""
        text = self.text(name)
        if len(text) > most:
            self._wrong(name, "too_long", _TOO_LONG)
        return text

    def needed(self, name: str, most: int = LONGEST_ID) -> str:
        """An ID that must not be blank."""
        text = self.id(name, most)
        if not text:
            self._wrong(name, "required", _NEEDED)
        return text

    def day(self, name: str) -> date | None:
        """A day; None where none, or an open end, is told."""
        text = self.text(name)
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self._wrong(name, "invalid", _NO_DAY)
            return None
        return None if day >= OPEN_FROM else day

    def moment(self, name: str) -> datetime | None:
        """Noyo's clocks count seconds since 1970."""
        value = self._row.get(name)
        return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value else None

    def object(self, name: str) -> Record:
        """An object inside; empty where there is none."""
        value = self._row.get(name)
        return value if isinstance(value, dict) else {}

    def checked(self, told: Told) -> Told:
        """Hand on what was made of the fields.

        Raises:
            PartnerContractError: naming all fields that are wrong.
        """
        if self.problems:
            raise PartnerContractError(self.problems)
        return told

    def _wrong(self, name: str, code: str, detail: str) -> None:
        self.problems.append(FieldProblem(name, code, detail))


def as_text(value: object) -> str:
    """A value of JSON as a text: numbers as they stand, true and false in English, null blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def texts(told: Any) -> Iterator[str]:
    """Every text at any depth, in order."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for value in told.values():
            yield from texts(value)
    elif isinstance(told, list):
        for value in told:
            yield from texts(value)


def named(told: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text at any depth with the names that lead to it: ("details.rank", "Not a number.")."""
    if isinstance(told, str):
        if path:
            yield path, told
    elif isinstance(told, Mapping):
        for name, value in told.items():
            # Noyo's own word for "in the body".
            below = path if name == "json" else f"{path}.{name}".removeprefix(".")
            yield from named(value, below)
    elif isinstance(told, list):
        for value in told:
            yield from named(value, path)
