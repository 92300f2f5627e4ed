"""Cells of a spreadsheet: text in, value out, and back. A bad cell is a ``ValueError`` in words."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop
from import_export import widgets

from agencyhub.lib.days import read_day
from agencyhub.lib.money import read_money
from agencyhub.lib.phones import format_phone, read_phone
from agencyhub.lib.text import read_zip, tidy

YES_NO = {"yes": True, "y": True, "true": True, "1": True, "x": True}
YES_NO |= {"no": False, "n": False, "false": False, "0": False, "": False}


class Text(widgets.Widget):
    """One line of text, tidied; ``lines`` keeps line breaks."""

    def __init__(self, *, lines: bool = False) -> None:
        super().__init__()
        self.lines = lines

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = str(value or "")
        return text.strip() if self.lines else tidy(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else str(value)


class Phone(Text):
    """A US phone number in any spelling."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return read_phone(str(value or ""))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return format_phone(value or "")


class Zip(Text):
    """A ZIP code; the zero that spreadsheets drop comes back."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = tidy(str(value or ""))
        return read_zip(text.zfill(5) if text.isdigit() and len(text) in (3, 4) else text)


class Day(Text):
    """A date: 03/14/1958, 1958-03-14, or as ``lib.days`` tells."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        return read_day(tidy(str(value or "")), this_year=timezone.localdate().year)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{value:%m/%d/%Y}" if value else ""


class Money(Text):
    """US dollars and cents."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        return read_money(tidy(str(value or "")))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{value:.2f}"


class Whole(Text):
    """A whole number."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        text = tidy(str(value or ""))
        if not text:
            return None
        if not text.isdigit():
            msg = gettext_noop("“%(text)s” is not a whole number.") % {"text": text}
            raise ValueError(msg)
        return int(text)


class YesNo(Text):
    """Yes or no; an empty cell means no."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        found = YES_NO.get(str(value or "").strip().lower())
        if found is None:
            msg = gettext_noop("“%(value)s” is neither yes nor no.") % {"value": value}
            raise ValueError(msg)
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return gettext_noop("Yes") if value else "No"


class Choice(Text):
    """One of a model field's own choices, by label or by value."""

    def __init__(self, choices: Sequence[tuple[Any, Any]], *, default: str = "") -> None:
        super().__init__()
        self.labels = {str(value): str(label) for value, label in choices}
        self.values = {label.lower(): value for value, label in self.labels.items()}
        self.default = default

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = tidy(str(value or ""))
        if not text:
            return self.default
        found = self.values.get(text.lower(), text if text in self.labels else None)
        if found is None:
            msg = gettext_noop("“%(text)s” is not one of: %(values)s.") % {
                "text": text,
                "values": ", ".join(self.labels.values()),
            }
            raise ValueError(msg)
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.labels.get(str(value or ""), "")
