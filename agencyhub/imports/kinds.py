"""What can be imported: declarations only, made by the apps that own the records.

An app declares its kinds in its module ``imports`` (``individuals/imports.py``) and registers them;
they are found as Django finds ``admin`` modules. The engine writes the SQL.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl
from django.db import models
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.imports.extras import Derived, Exact, Extra, Settle
from agencyhub.imports.models import Import
from agencyhub.imports.types.base import Context, Type

# The option of an import of which a kind that takes files itself shall only say what it would do.
DRY_RUN = "dry_run"


@dataclass(frozen=True)
class Field:
    """One thing that a column of a file may hold; a derived one follows from others of the row."""

    key: str
    label: str
    type: Type
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: str = ""
    example: str = ""
    is_derived: bool = False


@dataclass(frozen=True)
class Layout:
    """A layout of files that AgencyHub knows by itself; it is installed as a template.

    ``columns`` maps headings to fields, ``signature`` are headings that together no other layout
    has: files are recognised by them, whatever else they hold. ``options`` is what such files are
    known to be without saying so.
    """

    key: str
    name: str
    columns: Mapping[str, str]
    signature: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What files of a layout do not say themselves: asked once, with the columns' fields."""

    key: str
    label: str
    choices: Callable[[], Sequence[tuple[str, str]]]
    help: str = ""


@dataclass(frozen=True)
class Foreseen:
    """What importing a checked file does besides its rows: to ``count`` records, and whence.

    ``label`` is a key of ``Kind.foreseen``; ``file_name`` and ``import_id`` are an earlier file's.
    """

    label: str
    count: int
    import_id: int | None = None
    file_name: str = ""


@dataclass(frozen=True)
class Match:
    """A way to recognise a record: its columns equal the row's. ``words`` tell a person so.

    Where both know a column of ``agree``, it must be equal as well: two people with one name and
    birthday but different MBIs are two. ``is_binding``: a row that fills the columns means this
    record or none (a number of ours). ``among_blank`` names a column that such records have not
    filled: sales records that were converted are not worked on any more.
    """

    words: str
    columns: tuple[str, ...]
    agree: tuple[str, ...] = ()
    is_binding: bool = False
    among_blank: str = ""


@dataclass(frozen=True)
class Rule:
    """What must hold of a record as it would be afterwards; ``broken`` is over its columns."""

    field: str
    broken: pl.Expr
    message: pl.Expr
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """One table that rows go to.

    ``columns`` says which field (by key) fills which column of the model; ``sealed`` names the
    column and the field of a number that is kept sealed (MBI, SSN), ``custom`` the fields that go
    into the column ``custom``.
    A row has a record here when it fills any of these fields; of those, ``required`` must be there
    for a new one. ``match`` is tried in order. ``parents`` names columns that point at the row's
    record of another target. ``defaults`` fill columns of new records that the file does not know.
    ``order`` names fields: records are added in their order, the order of an index. ``unique`` are
    columns that together no two records share: rows that would break that are refused.
    """

    key: str
    label: str
    model: type[models.Model]
    columns: Mapping[str, str]
    match: tuple[Match, ...]
    sealed: Mapping[str, str] = field(default_factory=dict)
    custom: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    extras: tuple[Extra, ...] = ()
    settle: Settle | None = None
    order: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    may_add: bool = True
    may_change: bool = True
    missing: str = gettext_noop(
        "There is no such record. Correct the row, or import the record first."
    )
    list_url_name: str = ""
    list_query: str = ""

    @property
    def noun(self) -> str:
        """What one record is called."""
        return str(self.model._meta.verbose_name)

    @property
    def field_keys(self) -> tuple[str, ...]:
        """Every field that this target reads."""
        extra = [key for one in self.extras for key in one.fields]
        return (*self.columns.values(), *self.sealed.values(), *self.custom, *extra)


@dataclass(frozen=True)
class Kind:
    """One thing that people import: its fields, and the tables that its rows go to, in order.

    ``more`` adds what the agency keeps itself (custom fields) as the user may see it: a kind with
    further fields. ``after_commit`` is told, once, which batch was imported. ``exact``: its files
    are imported whole or not at all, and their blank cells clear.

    ``prepare`` completes the options of an import once its layout is known. ``derive`` makes the
    derived fields of typed rows. ``is_snapshot``: every row is compared with the records, whatever
    earlier files said: what a carrier says again in March may have been otherwise in February.
    ``is_of_its_day``: the same bytes on another day say something new, since they tell of that day.
    ``foresee`` tells, once a file is checked, what importing it does besides its rows; ``foreseen``
    has the words for each label, in which ``%(count)s`` and ``%(file)s`` may stand.

    ``take``: such files are no records to compare but things to be done, so there is no dry run.
    It reads the file, does what each row says and leaves the import in its last state; it may be
    called again after its worker died; with the option ``DRY_RUN`` it only counts. ``page`` names
    the URL of the page that shows what became of one: they come in through pages of their own.
    """

    key: str
    label: str
    permissions: tuple[str, ...]
    fields: tuple[Field, ...]
    targets: tuple[Target, ...]
    help: str = ""
    more: "Callable[[Kind, User | None], Kind] | None" = None
    after_commit: Callable[[int], None] | None = None
    exact: Exact | None = None
    prepare: "Callable[[Import, Mapping[str, Any]], Mapping[str, Any]] | None" = None
    derive: "Callable[[pl.DataFrame, Context], Derived] | None" = None
    is_snapshot: bool = False
    is_of_its_day: bool = False
    layouts: tuple[Layout, ...] = ()
    questions: tuple[Question, ...] = ()
    foresee: "Callable[[Import, Kind], Sequence[Foreseen]] | None" = None
    foreseen: Mapping[str, Any] = field(default_factory=dict)
    take: Callable[[Import], None] | None = None
    page: str = ""

    def for_user(self, user: User | None) -> "Kind":
        """The kind with the fields that ``user`` may fill besides the declared ones."""
        return self.more(self, user) if self.more else self

    def fields_for(self, user: User | None) -> dict[str, Field]:
        """Every field that ``user`` may fill, by key."""
        return {one.key: one for one in self.for_user(user).fields if not one.is_derived}


_KINDS: dict[str, Kind] = {}
# Of a file whose header tells no kind, until a person says what it holds.
UNDECIDED = Kind("", gettext_noop("Not known yet"), permissions=(), fields=(), targets=())


def register(*kinds: Kind) -> None:
    """Make kinds known."""
    _KINDS.update({kind.key: kind for kind in kinds})


@cache
def _discover() -> None:
    autodiscover_modules("imports")


def of(key: str) -> Kind:
    """The kind with this key; an unknown one is a mistake of the caller (``KeyError``)."""
    _discover()
    return _KINDS[key] if key else UNDECIDED


def every() -> Sequence[Kind]:
    """Every kind, by label."""
    _discover()
    return sorted(_KINDS.values(), key=lambda kind: kind.label)


def allowed(user: User) -> list[Kind]:
    """The kinds that a user may import here: others have pages of their own."""
    return [kind for kind in every() if not kind.page and user.has_perms(kind.permissions)]
