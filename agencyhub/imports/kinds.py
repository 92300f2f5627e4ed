"""What can be imported: declarations only, made by the apps that own the records.

An app declares its kinds in its module ``imports`` (``individuals/imports.py``) and registers them;
they are found as Django finds ``admin`` modules.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import models
from django.utils.module_loading import autodiscover_modules

from agencyhub.accounts.models import User
from agencyhub.imports.types.base import Type


@dataclass(frozen=True)
class Field:
    """One thing that a column of a file may hold."""

    key: str
    label: str
    type: Type
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: str = ""
    example: str = ""


@dataclass(frozen=True)
class Match:
    """A way to recognise a record: its columns equal the row's. ``words`` tell a person so."""

    words: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """One table that rows go to.

    ``columns`` says which field (by key) fills which column of the model. A row has a record here
    when it fills any of ``columns``; of those, ``required`` must be there for a new one.
    ``match`` is tried in order. ``parents`` names columns that point at the row's record of another
    target. ``defaults`` fill columns of new records that the file does not know.
    """

    key: str
    model: type[models.Model]
    columns: Mapping[str, str]
    match: tuple[Match, ...]
    required: tuple[str, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    list_url_name: str = ""
    list_query: str = ""


@dataclass(frozen=True)
class Kind:
    """One thing that people import: its fields, and the tables that its rows go to, in order.

    ``more_fields`` adds what the agency keeps itself (custom fields), as the user may see it.
    """

    key: str
    label: str
    permissions: tuple[str, ...]
    fields: tuple[Field, ...]
    targets: tuple[Target, ...]
    help: str = ""
    more_fields: Callable[[User | None], Sequence[Field]] | None = None

    def fields_for(self, user: User | None) -> dict[str, Field]:
        """Every field that ``user`` may fill, by key."""
        more = self.more_fields(user) if self.more_fields else ()
        return {one.key: one for one in (*self.fields, *more)}


_KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known."""
    _KINDS.update({kind.key: kind for kind in kinds})


@cache
def _discover() -> None:
    autodiscover_modules("imports")


def of(key: str) -> Kind:
    """The kind with this key; an unknown one is a mistake of the caller."""
    _discover()
    return _KINDS[key]


def every() -> list[Kind]:
    """Every kind, by label."""
    _discover()
    return sorted(_KINDS.values(), key=lambda kind: kind.label)
