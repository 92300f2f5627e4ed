"""Which record an act was about, for who reads what was done: its name, and where it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef
from django.urls import NoReverseMatch, reverse

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import narrow
from agencyhub.records import tables
from agencyhub.records.models import Batch, Change
from agencyhub.records.wording import INDIVIDUAL_TABLE

# More changes than this are of many records, or not worth reading for a line.
MOST = 24
Record = tuple[type[Model], int]


@dataclass(frozen=True)
class Subject:
    """The one record that an act was about; ``url`` is its page."""

    name: str
    url: str


def subjects_of(batches: Iterable[Batch], *, user: User) -> dict[int, Subject]:
    """What each act was about, by the batch's key; only of one record, and only what ``user`` sees.

    An act on several rows of one individual was about the individual. One query for the changes,
    and one for each kind of record that has a page.
    """
    about: dict[int, Record] = {}
    for pk, changes in _changes([one.pk for one in batches]).items():
        record = _record(changes)
        if record:
            about[pk] = record
    seen = _seen(set(about.values()), user=user)
    return {pk: seen[record] for pk, record in about.items() if record in seen}


def _changes(batches: list[int]) -> Mapping[int, list[Change]]:
    """The changes of batches that have few; a large one is not read to its end."""
    first = Change.objects.filter(batch=OuterRef("pk")).order_by().values("pk")[: MOST + 1]
    asked = Batch.objects.filter(pk__in=batches).order_by()
    keys = dict(asked.values_list("pk", ArraySubquery(first)))
    wanted = [pk for found in keys.values() if len(found) <= MOST for pk in found]
    found: dict[int, list[Change]] = defaultdict(list)
    rows = Change.objects.filter(pk__in=wanted).order_by("pk")
    for change in rows.exclude(table_name__in=tables.bookkeeping()).defer("before", "after"):
        if change.batch_id is not None:
            found[change.batch_id].append(change)
    return found


def _record(changes: Collection[Change]) -> Record | None:
    """The only record with a page among the rows, else the individual whom all of them concern."""
    touched = {(one.table_name, one.record_id) for one in changes}
    people = {one.individual_id for one in changes}
    if len(touched) == 1:
        ((name, pk),) = touched
        table = tables.table_of(name)
        if table and _address(table.model, pk):
            return table.model, pk
    individuals = tables.table_of(INDIVIDUAL_TABLE)
    (only, *others) = people or {None}
    return (individuals.model, only) if individuals and only and not others else None


def _seen(records: Collection[Record], *, user: User) -> dict[Record, Subject]:
    kinds: dict[type[Model], set[int]] = defaultdict(set)
    for model, pk in records:
        kinds[model].add(pk)
    found = {}
    for model, pks in kinds.items():
        if not user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
            continue
        rows = model._default_manager.filter(pk__in=pks)
        for row in narrow(rows, user=user) if hasattr(model, "scope") else rows:
            found[model, row.pk] = Subject(_name(row), _address(model, row.pk))
    return found


def _name(row: Any) -> str:
    """A person's or a group's own name; "Policy 42" of what has none."""
    own = getattr(row, "full_name", "") or getattr(row, "name", "")
    return str(own) or tables.row_name(row._meta.db_table, row.pk)


def _address(model: type[Model], pk: int) -> str:
    """The page of a record; blank where its kind has none."""
    meta = model._meta
    try:
        return reverse(f"{meta.app_label}:{meta.model_name}_detail", args=[pk])
    except NoReverseMatch:
        return ""
