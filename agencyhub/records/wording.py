"""The words of a change: labels of columns, and values the way a screen writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import Agent, User
from agencyhub.lib.fields import MASK
from agencyhub.lib.phones import format_phone
from agencyhub.records import custom, tables
from agencyhub.records.models import Change, CustomField, Option
from agencyhub.records.tables import CUSTOM, DOT, Table

Labels = dict[type[models.Model], dict[int, str]]
Own = tuple[str, int, int | None] | None
HIDDEN = {"id", "created_at", "updated_at", "created_by_partner"}
HIDDEN_TYPES = (models.BinaryField, models.GeneratedField, ArrayField)
LINKS_BACK = ("individual_id", "subscriber_id")
TAIL = "_tail"
INDIVIDUAL_TABLE = "individuals_individual"
UNDID = gettext_noop("Undid") + ": "
REDID = gettext_noop("Redid") + ": "


class Line(NamedTuple):
    """One field before and after, as ``components/change.html`` shows it."""

    label: str
    before: str
    after: str


def prepare(
    changes: Iterable[Change], *, show_health: bool, own: Own
) -> Callable[[Change], list[Line]]:
    """Fetch every label that the changes need at once; answer the function that words a change.

    ``own`` is the record whose timeline it is: its name and the links back to it are left out.
    """
    changes = list(changes)
    labels = _labels(changes)
    has_custom = any(
        (side or {}).get(CUSTOM) for one in changes for side in (one.before, one.after)
    )
    fields = CustomField.objects.all() if has_custom else ()
    known = {(field.target, field.key): field for field in fields}

    def lines(change: Change) -> list[Line]:
        table = tables.table_of(change.table_name)
        if table is None:
            return []
        before, after = tables.flatten(change.before or {}), tables.flatten(change.after or {})
        columns = sorted(before.keys() | after.keys(), key=_as_in(table))
        start = _start(change, own)
        found = []
        for column in columns:
            pair = (before.get(column), after.get(column))
            if pair[0] == pair[1] or _is_link_back(column, pair, own):
                continue
            if column.startswith(CUSTOM + DOT):
                line = _custom_line(table, column, pair, known, show_health=show_health)
            else:
                line = _line(table, column, pair, labels, changed=set(columns))
            if line and (line.before or line.after):
                found.append(line._replace(label=start + line.label))
        return found

    return lines


def _as_in(table: Table) -> Callable[[str], tuple[int, str]]:
    """Order columns as the model has them, custom values last."""
    places = {column: place for place, column in enumerate(table.columns)}
    return lambda column: (places.get(column, len(places)), column)


def headline(change: Change) -> str:
    """Say what happened to the row: "Address 5 added"."""
    action = change.get_action_display().lower()
    return f"{tables.row_name(change.table_name, change.record_id)} {action}"


def _start(change: Change, own: Own) -> str:
    if own is None or (change.table_name, change.record_id) == own[:2]:
        return ""
    table = tables.table_of(change.table_name)
    return f"{table.noun} · " if table else ""


def _is_link_back(column: str, pair: tuple[Any, Any], own: Own) -> bool:
    """Whether the column only says that the row belongs to the individual of the timeline."""
    individual_id = own[2] if own else None
    return column in LINKS_BACK and individual_id is not None and individual_id in pair


def _line(
    table: Table, column: str, pair: tuple[Any, Any], labels: Labels, *, changed: set[str]
) -> Line | None:
    field = table.columns.get(column)
    if field is None or column in HIDDEN:
        return None
    if column in table.sealed:
        told_by_tail = f"{column}{TAIL}" in changed
        return None if told_by_tail else Line(table.label(column), _mask(pair[0]), "changed")
    if table.group(column) != column:
        if not column.endswith(TAIL):
            return None
        return Line(table.label(column), _mask(pair[0]), _mask(pair[1]))
    is_kept_by_us = isinstance(field, models.JSONField) and not field.editable
    if isinstance(field, HIDDEN_TYPES) or is_kept_by_us:
        return None
    before, after = (_value(field, value, labels) for value in pair)
    return Line(table.label(column), before, after)


def _mask(value: Any) -> str:
    text = str(value or "")
    return "" if not text else MASK if text.startswith("\\x") else f"{MASK}{text}"


def _custom_line(
    table: Table,
    column: str,
    pair: tuple[Any, Any],
    known: dict[tuple[str, str], CustomField],
    *,
    show_health: bool,
) -> Line | None:
    key = column.removeprefix(CUSTOM + DOT)
    is_policy = table.model._meta.label == custom.UNIQUE_IN[CustomField.Target.POLICY]
    target = CustomField.Target.POLICY if is_policy else CustomField.Target.INDIVIDUAL
    field = known.get((target, key))
    if field is None:
        # Nobody says any more whether it was health data.
        return Line(key.replace("_", " "), *map(_plain, pair)) if show_health else None
    if field.is_health and not show_health:
        return None
    return Line(field.label, custom.show(field, pair[0]), custom.show(field, pair[1]))


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _value(field: models.Field[Any, Any], value: Any, labels: Labels) -> str:
    if value in (None, "", {}):
        return ""
    if isinstance(field, models.ForeignKey):
        model = field.related_model
        return labels.get(model, {}).get(int(value), _row(model, value))
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    for kind, write in _WRITERS:
        if isinstance(field, kind):
            return write(field, value)
    return str(value)


def _moment(_field: models.Field[Any, Any], value: str) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(value)):%m/%d/%Y %I:%M %p}"


def _day(_field: models.Field[Any, Any], value: str) -> str:
    return f"{date.fromisoformat(value):%m/%d/%Y}"


def _yes_no(_field: models.Field[Any, Any], value: bool) -> str:
    return str(custom.WORDS[value])


def _amount(field: models.Field[Any, Any], value: Any) -> str:
    is_money = "USD" in str(field.verbose_name)
    return f"${Decimal(str(value)):,.2f}" if is_money else str(value)


def _text(field: models.Field[Any, Any], value: str) -> str:
    return format_phone(value) if field.name.endswith("phone") else value


# A moment is a day as well to Django: it comes first.
_WRITERS: list[tuple[type[models.Field[Any, Any]], Callable[[Any, Any], str]]] = [
    (models.DateTimeField, _moment),
    (models.DateField, _day),
    (models.BooleanField, _yes_no),
    (models.DecimalField, _amount),
    (models.CharField, _text),
]


def _labels(changes: Iterable[Change]) -> Labels:
    """Words for every foreign key value; one query per kind of record referred to."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for change in changes:
        table = tables.table_of(change.table_name)
        for column, field in table.columns.items() if table else ():
            if isinstance(field, models.ForeignKey):
                values = {(side or {}).get(column) for side in (change.before, change.after)}
                wanted[field.related_model] |= {int(value) for value in values if value}
    return {model: _named(model, pks) for model, pks in wanted.items() if pks}


def _named(model: type[models.Model], pks: set[int]) -> dict[int, str]:
    rows = model._default_manager.in_bulk(list(pks))
    return {int(pk): _name(row) for pk, row in rows.items()}


def _name(row: models.Model) -> str:
    if isinstance(row, Agent):
        return row.full_name
    if isinstance(row, User):
        return row.display_name
    if isinstance(row, Option):
        return row.words
    if hasattr(row, "scope"):
        return _row(type(row), row.pk)  # a scoped record's name is for those who may see it
    return tables.capital(str(row))


def _row(model: type[models.Model], pk: object) -> str:
    return f"{tables.capital(str(model._meta.verbose_name))} {pk}"
