"""The filter by sub-line, those that are not known among them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencyhub.records.lists import filters
from commissions.models import Line

UNKNOWN = "unknown"
CHOICES: Mapping[str, Any] = {**dict(Line.choices), UNKNOWN: _("Not known")}


def of_line() -> filters.AnyOf:
    """Rows of one of several sub-lines; what names none is stored as a blank."""
    return filters.AnyOf(_("Sub-line"), lambda _lookups: CHOICES, "line", read=_read, is_quick=True)


def _read(text: str) -> str | None:
    if text == UNKNOWN:
        return ""
    return text if text in CHOICES else None
