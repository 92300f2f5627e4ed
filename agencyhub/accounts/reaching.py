"""How far somebody reaches, as conditions and queries; ``accounts.scope`` says which serves."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from agencyhub.lib.db import as_sql
from agencyhub.lib.written import WrittenSQL

if TYPE_CHECKING:
    from agencyhub.accounts.scope import Reach, Scope

NOBODYS = Q(pk__in=())
# A process keeps so many conditions: they are made of how far a user reaches, and of nothing else.
KEPT = 512
# Some of the ways to a row, as ``keys_of`` names them: from one of them, up to before another.
Ways = tuple[int, int | None]
EVERY_WAY: Ways = (0, None)
OWN: Ways = (0, 1)
OTHERS: Ways = (1, None)


@lru_cache(maxsize=KEPT)
def by_hashes(model: type[models.Model], reach: "Reach") -> Q:
    """``by_keys``, with keys that a query hashes once."""
    return by_keys(model, reach, of=lambda name, keys: Q(**{f"{name}__in": _written(keys)}))


def by_keys(model: type[models.Model], reach: "Reach", *, of: Callable[..., Any]) -> Q:
    """The reach as a condition on columns of ``model`` alone, which ``of`` compares with keys."""
    scope: Scope = model.scope  # type: ignore[attr-defined]
    condition = Q(**{f"{scope.agent}__in": reach.agent_ids})
    unassigned = Q(**{f"{scope.agent}__isnull": True})
    if scope.additional:
        through, to_row = additional_of(model, scope.additional)
        others = through._default_manager.order_by()
        condition |= Q(of("pk", others.filter(agent_id__in=reach.agent_ids).values(to_row)))
        unassigned &= ~Q(Exists(others.filter(**{to_row: OuterRef("pk")})))
    if reach.sees_unassigned:
        condition |= unassigned
    if scope.parent:
        parent: Any = model._meta.get_field(scope.parent).related_model
        for keys in keys_of(parent, reach):
            condition |= Q(of(scope.parent, keys))
    return condition


@lru_cache(maxsize=KEPT)
def book(model: type[models.Model], reach: "Reach") -> RawSQL:
    """The keys of all rows in reach, as SQL."""
    return _written(all_keys(model, reach))


def _written(keys: models.QuerySet[Any, Any]) -> Any:
    """The keys as SQL; as they are where nobody can be in reach."""
    try:
        return as_sql(keys)
    except EmptyResultSet:
        return keys


def all_keys(model: type[models.Model], reach: "Reach") -> models.QuerySet[Any, Any]:
    """The keys of all rows in reach; a row that is in reach twice is named twice."""
    return _united(list(keys_of(model, reach)), all=True)


def are_at_most(
    number: int, model: type[models.Model], reach: "Reach", *, ways: Ways = EVERY_WAY
) -> bool:
    """Whether no more rows are in reach by some of the ways to them.

    A row that is in reach twice counts twice; not by the first way, which meets each once. One
    query of a few milliseconds.
    """
    return _number(_COUNTED(model, reach, number + 1, ways)) <= number


def number_of(model: type[models.Model], reach: "Reach", *, at_most: int) -> int:
    """How many rows are in reach, each counted once; ``at_most`` + 1 for more.

    Two queries, which stop in time however many there are.
    """
    # The agents' own are counted from an index alone, and mostly say enough.
    if not are_at_most(at_most, model, reach, ways=OWN):
        return at_most + 1
    return _number(_MERGED(model, reach, at_most + 1))


def _number(text: tuple[str, tuple[Any, ...]] | None) -> int:
    if text is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(*text)
        return int(cursor.fetchone()[0])


def _counted(
    model: type[models.Model], reach: "Reach", at_most: int, ways: Ways
) -> tuple[str, Sequence[Any]]:
    """A count of the rows in reach that stops in time, by some of the ways to them."""
    # Not their keys: these would have to be read from the table, where an index says the rest.
    ones = [keys.annotate(one=models.Value(1)).values_list("one") for keys in keys_of(model, reach)]
    return _count_of(_united(ones[slice(*ways)], all=True)[:at_most])


def _merged(model: type[models.Model], reach: "Reach", at_most: int) -> tuple[str, Sequence[Any]]:
    """A count of the rows in reach, each once, that stops in time by every way to them."""
    return _count_of(_united([keys[:at_most] for keys in keys_of(model, reach)])[:at_most])


def _united(parts: Sequence[models.QuerySet[Any, Any]], **how: bool) -> models.QuerySet[Any, Any]:
    return parts[0].union(*parts[1:], **how) if len(parts) > 1 else parts[0]


def _count_of(rows: models.QuerySet[Any, Any]) -> tuple[str, Sequence[Any]]:
    sql, params = rows.query.sql_with_params()
    return f"SELECT count(*) FROM ({sql}) one", params  # noqa: S608 - written by Django


_COUNTED, _MERGED = WrittenSQL(_counted), WrittenSQL(_merged)


def keys_of(model: type[models.Model], reach: "Reach") -> Iterator[models.QuerySet[Any, Any]]:
    """The keys of the rows in reach, as queries that each start from an index."""
    scope: Scope = model.scope  # type: ignore[attr-defined]
    rows = model._default_manager.order_by()
    if scope.agent:
        yield rows.filter(**{f"{scope.agent}__in": reach.agent_ids}).values_list("pk")
        unassigned = Q(**{f"{scope.agent}__isnull": True})
        if scope.additional:
            through, to_row = additional_of(model, scope.additional)
            others = through._default_manager.order_by()
            yield others.filter(agent_id__in=reach.agent_ids).values_list(to_row)
            unassigned &= ~Q(Exists(others.filter(**{to_row: OuterRef("pk")})))
        if reach.sees_unassigned:
            yield rows.filter(unassigned).values_list("pk")
    if scope.parent:
        parent: Any = model._meta.get_field(scope.parent).related_model
        for keys in keys_of(parent, reach):
            yield rows.filter(**{f"{scope.parent}__in": keys}).values_list("pk")


@lru_cache(maxsize=KEPT)
def condition_of(model: type[models.Model], reach: "Reach", path: str = "") -> Q:
    """The reach as a condition on ``model``'s rows, which ``path`` leads to.

    A parent's fields are reached by a join: a page of 50 rows then looks up 50 parents, where
    ``IN (SELECT ...)`` would first collect everybody whom the user may read.
    """
    scope: Scope = model.scope  # type: ignore[attr-defined]
    condition = own(model, reach, path) if scope.agent else NOBODYS
    if scope.parent:
        parent = model._meta.get_field(scope.parent).related_model
        has_parent = Q(**{f"{path}{scope.parent}__isnull": False})
        condition |= has_parent & condition_of(parent, reach, f"{path}{scope.parent}__")
    return condition


def own(model: type[models.Model], reach: "Reach", path: str = "") -> Q:
    """Rows that are in reach by an agent of their own, or by having none."""
    scope: Scope = model.scope  # type: ignore[attr-defined]
    condition = Q(**{f"{path}{scope.agent}__in": reach.agent_ids})
    unassigned = Q(**{f"{path}{scope.agent}__isnull": True})
    if scope.additional:
        through, to_row = additional_of(model, scope.additional)
        others = through._default_manager.filter(**{to_row: OuterRef(f"{path}pk")})
        condition |= Q(Exists(others.filter(agent_id__in=reach.agent_ids)))
        unassigned &= ~Q(Exists(others))
    return condition | unassigned if reach.sees_unassigned else condition


def additional_of(model: type[models.Model], name: str) -> tuple[type[models.Model], str]:
    """The model of a many-to-many field to agents, and what it calls the row."""
    field = model._meta.get_field(name)
    through: type[models.Model] = field.remote_field.through  # type: ignore[union-attr]
    return through, field.m2m_field_name()  # type: ignore[union-attr]
