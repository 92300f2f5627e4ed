"""What a bulk edit is about to do: the rows that it means, those it leaves alone, and a sample."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.records.lists import registry, selection
from agencyhub.records.lists.changes import BulkField
from agencyhub.records.lists.columns import Drawing
from agencyhub.records.lists.filtersets import Texts
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.lookups import Lookups
from agencyhub.records.lists.models import BulkEdit

SAMPLE = 5
Values = Mapping[str, str]


def selected(
    list_key: str, *, user: User, filters: Texts, pks: Sequence[int] | None = None, upto_pk: int = 0
) -> QuerySet[Any]:
    """The rows of a list that a bulk edit means: within reach, fitting the filters, and picked.

    Without ``pks`` every row is meant, up to ``upto_pk`` when there is one.

    Raises:
        BadFilterError: see ``selection.rows``.
    """
    rows = selection.rows(list_key, user=user, filters=filters)
    if pks is not None:
        return rows.filter(pk__in=pks)
    return rows.filter(pk__lte=upto_pk) if upto_pk else rows


def rows_of(edit: BulkEdit) -> QuerySet[Any]:
    """The rows that an edit means now, selected anew."""
    return selected(
        edit.list_key, user=edit.user, filters=edit.filters, pks=edit.pks, upto_pk=edit.upto_pk
    )


@dataclass(frozen=True)
class Refusal:
    """Rows that an edit leaves alone, how many they are, and why."""

    count: int
    reason: str


@dataclass(frozen=True)
class Change:
    """One field of one row of the sample, as ``components/change.html`` shows it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Sample:
    """One row before and after."""

    title: str
    changes: list[Change]


@dataclass(frozen=True)
class Preview:
    """What an edit will do, said before the button."""

    count: int
    words: str
    refusals: list[Refusal]
    sample: list[Sample] = field(default_factory=list)

    @property
    def editable(self) -> int:
        """How many rows the edit may touch."""
        return self.count - sum(one.count for one in self.refusals)

    @property
    def editable_words(self) -> str:
        return f"{self.editable:,}"


def fields_of(kind: ListKind, values: Values) -> list[tuple[BulkField, str]]:
    """The fields that an edit sets, with their values."""
    return [(one, values[one.key]) for one in kind.bulk if values.get(one.key)]


def reasons(kind: ListKind, values: Values) -> list[tuple[Q, str]]:
    """Which rows an edit leaves alone, and why; a row counts under the first that fits."""
    found = [(lock.rows, str(lock.reason)) for lock in kind.locks]
    for one, value in fields_of(kind, values):
        found += [(rows, str(reason)) for rows, reason in one.refuse(value, values)]
    return found


def needs_change(kind: ListKind, values: Values) -> Q:
    """The rows that do not have every value yet."""
    wanted = Q(pk__in=[])
    for one, value in fields_of(kind, values):
        wanted |= ~one.same(value)
    return wanted


def preview(edit: BulkEdit) -> Preview:
    """Count what an edit means and leaves alone; with values, show the first rows that change."""
    kind = registry.of(edit.list_key)
    rows = rows_of(edit)
    count = rows.count()
    refusals, refused = [], Q(pk__in=[])
    for condition, reason in reasons(kind, edit.values):
        number = rows.filter(condition).exclude(refused).count()
        refused |= condition
        if number:
            refusals.append(Refusal(number, reason))
    sample = _sample(kind, rows.exclude(refused), edit) if edit.values else []
    return Preview(count, kind.counted(count), refusals, sample)


def _sample(kind: ListKind, rows: QuerySet[Any], edit: BulkEdit) -> list[Sample]:
    lookups = Lookups(edit.user)
    columns = kind.columns_for(lookups)
    chosen = fields_of(kind, edit.values)
    title = columns[kind.title_column]
    shown = [title, *(columns[one.column] for one, _ in chosen)]
    found = selection.values(rows.filter(needs_change(kind, edit.values)), shown, user=edit.user)
    some = list(found.order_by("pk")[:SAMPLE])
    drawing = Drawing(lookups, [row.pk for row in some])
    write = title.write(drawing)
    befores = [columns[one.column].write(drawing) for one, _ in chosen]
    samples = []
    for row in some:
        changes = [
            Change(
                str(one.label), before(row), one.after(before(row), word_of(one, value, lookups))
            )
            for (one, value), before in zip(chosen, befores, strict=True)
        ]
        samples.append(Sample(write(row), changes))
    return samples


def word_of(one: BulkField, value: str, lookups: Lookups) -> str:
    """A value as a person says it."""
    return str(dict(one.offer(lookups)).get(value, gettext("a value that is gone")))


def values_in_words(edit: BulkEdit) -> list[tuple[str, str]]:
    """What an edit sets: label and value."""
    kind, lookups = registry.of(edit.list_key), Lookups(edit.user)
    return [
        (str(one.label), word_of(one, value, lookups))
        for one, value in fields_of(kind, edit.values)
    ]


def labels(kind: ListKind, values: Values) -> Iterable[str]:
    """The fields that an edit sets."""
    return [str(one.label) for one, _ in fields_of(kind, values)]
