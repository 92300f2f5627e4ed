"""Filling one field of many applications at once: what a person sets there, sources leave alone."""

from collections.abc import Callable
from typing import Any

from django.db.models import F, Func, JSONField, Q, QuerySet, Value
from django.db.models.functions import Now

from agencyhub.lib.pks import read_pk
from agencyhub.records import history
from agencyhub.records.lists.changes import BulkField, Choices
from agencyhub.records.lists.lookups import Lookups
from commissions.models import Line
from commissions.services.filling import stamp
from policies.models import Carrier


def active_carriers(lookups: Lookups) -> Choices:
    """The carriers that a form offers."""
    return lookups.get(_active_carriers)


def _active_carriers() -> Choices:
    rows = Carrier.objects.filter(is_active=True).order_by("name_key", "pk")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def fill_key(key: str, label: Any, offer: Callable[[Lookups], Choices]) -> BulkField:
    """Point the foreign key ``key`` to one of what is offered."""
    return BulkField(
        key,
        label,
        key,
        offer,
        lambda value: Q(**{key: read_pk(value) or 0}),
        lambda rows, value: _fill(rows, key, f"{key}_id", read_pk(value) or 0),
    )


def fill_line(key: str, label: Any) -> BulkField:
    """Say of which line the applications are."""
    return BulkField(
        key,
        label,
        key,
        lambda _lookups: Line.choices,
        lambda value: Q(**{key: value}),
        lambda rows, value: _fill(rows, key, key, value),
    )


def _fill(rows: QuerySet[Any], field: str, column: str, value: Any) -> None:
    batch = history.current()
    who = batch.user if batch else None
    filled = Value({field: stamp(who, batch.created_at)} if batch else {}, JSONField())
    both = Func(F("filled"), filled, template="(%(expressions)s)", arg_joiner=" || ")
    rows.update(**{column: value}, filled=both, updated_at=Now())
