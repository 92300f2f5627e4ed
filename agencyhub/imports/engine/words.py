"""Typed values as a person reads them."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from agencyhub.imports.kinds import Field
from agencyhub.imports.types.contacts import MASKED, Phone
from agencyhub.imports.types.custom import CustomValue
from agencyhub.imports.types.known import Keyed
from agencyhub.lib.fields import MASK
from agencyhub.lib.phones import format_phone
from agencyhub.records import custom


class Words:
    """Puts values of one kind's fields into words; names of listed things are asked for once."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self._names: dict[str, dict[int, str]] = {}

    def prepare(self, key: str, values: Iterable[Any]) -> None:
        """Ask for the names behind a column's primary keys."""
        kind = self.fields[key].type
        wanted = {value for value in values if value is not None}
        if isinstance(kind, Keyed) and wanted:
            self._names.setdefault(key, {}).update(kind.label_of(wanted))

    def say(self, key: str, value: Any) -> str:
        """One value; a sealed one by its last four only."""
        if value is None:
            return ""
        kind = self.fields[key].type
        if isinstance(kind, Keyed):
            return self._names.get(key, {}).get(value, str(value))
        if kind.is_masked:
            return MASK + str(value).removeprefix(MASKED)[-4:]
        if isinstance(kind, Phone):
            return format_phone(value)
        if isinstance(kind, CustomValue):
            return custom.show(kind.field, json.loads(value))
        return _plain(value, dict(kind.choices) if kind.name in ("choice", "state") else {})


def _plain(value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return gettext_noop("Yes") if value else gettext_noop("No")
    if isinstance(value, date):
        return f"{value:%m/%d/%Y}"
    if isinstance(value, Decimal):
        return f"${value:,.2f}"
    return str(labels.get(str(value), value))
