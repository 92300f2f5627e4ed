"""Keyset paging: the cost of a page does not depend on how far down the list it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet

from agencyhub.lib.db import Among
from agencyhub.lib.pks import read_pk

PAGE_SIZE = 50
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Key:
    """One column of a list's order: never NULL, and the last one of an order is unique."""

    name: str
    descending: bool = False


NEWEST_FIRST = (Key("pk", descending=True),)


@dataclass(frozen=True)
class KeysetPage(Generic[Row]):
    """One page of rows; ``before`` and ``after`` are the rows to page on from, None at the ends."""

    rows: list[Row] = field(default_factory=list)
    before: int | None = None
    after: int | None = None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page(
    rows: QuerySet[Row],
    *,
    order: Sequence[Key],
    params: Mapping[str, Any],
    size: int = PAGE_SIZE,
    among: QuerySet[Any] | None = None,
    parts: Sequence[Q] = (),
) -> KeysetPage[Row]:
    """Cut the page that ``?after=<pk>`` or ``?before=<pk>`` names; anything else gives the first.

    The address names a row, not its sort values: those are names and dates of people. It may have
    left the list since (decided, or changed so that a filter drops it) and still says where to go
    on. ``among`` are the rows that it may be one of: where users see a part of the table, theirs,
    or else the place of a page would tell how a row of somebody else sorts. ``parts`` are
    conditions of which every row fits one at least, each with an index in this order: a page is cut
    from each, and the page from these.
    """
    backward = "before" in params
    if among is None:
        among = rows.model._default_manager.all()
    values = _boundary(among, order, str(params.get("before" if backward else "after", "")))
    if values is not None:
        rows = rows.filter(_beyond(order, values, backward=backward))
    ordering = [_ordering(key, backward=backward) for key in order]
    if parts:
        cut = [rows.filter(part).order_by(*ordering).values("pk")[: size + 1] for part in parts]
        keys = cut[0].union(*cut[1:], all=True) if len(cut) > 1 else cut[0]
        rows = rows.filter(Among("pk", keys))
    found = list(rows.order_by(*ordering)[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backward:
        found.reverse()
    has_after = (backward and values is not None) or more
    has_before = more if backward else values is not None
    return KeysetPage(
        rows=found,
        before=found[0].pk if found and has_before else None,
        after=found[-1].pk if found and has_after else None,
    )


def pieces(rows: QuerySet[Any], *, order: Sequence[Key], size: int) -> Iterator[list[Any]]:
    """Walk through all rows, ``size`` at a time, with the cost of a page each.

    Rows have the columns of ``order`` as attributes. A row that moves while somebody walks is met
    where it stands then, or not at all.
    """
    ordered = rows.order_by(*(_ordering(key, backward=False) for key in order))
    found = list(ordered[:size])
    while found:
        yield found
        if len(found) < size:
            return
        values = [getattr(found[-1], key.name) for key in order]
        found = list(ordered.filter(_beyond(order, values, backward=False))[:size])


def _boundary(among: QuerySet[Any], order: Sequence[Key], pk: str) -> tuple[Any, ...] | None:
    number = read_pk(pk)
    if number is None:
        return None
    names = [key.name for key in order]
    return among.filter(pk=number).values_list(*names).first()


def _ordering(key: Key, *, backward: bool) -> Any:
    return F(key.name).desc() if key.descending != backward else F(key.name).asc()


def _beyond(order: Sequence[Key], values: Sequence[Any], *, backward: bool) -> Q:
    """Rows past the values: equal on the first columns and past on the next.

    The bound on the first column alone adds nothing logically; it lets an index start there.
    """
    condition, equal = Q(pk__in=[]), Q()
    for key, value in zip(order, values, strict=True):
        condition |= equal & Q(**{f"{key.name}__{_operator(key, backward)}": value})
        equal &= Q(**{key.name: value})
    first = order[0]
    return Q(**{f"{first.name}__{_operator(first, backward)}e": values[0]}) & condition


def _operator(key: Key, backward: bool) -> str:
    return "gt" if key.descending == backward else "lt"
