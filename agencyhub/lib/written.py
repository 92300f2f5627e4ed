"""Queries that pages repeat with other keys: Django writes each once, and then only runs it.

To put a query together and to turn it into SQL takes Django two to ten times as long as to run it
and to read the few rows of one record.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from itertools import count, islice
from types import SimpleNamespace
from typing import Any, Generic, Protocol, Self, TypeGuard, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

Row = TypeVar("Row")
# A shape is how far somebody reaches, most often: everywhere, or as many agents' books.
MOST_SHAPES = 128
# Values that stand for those to come. Two of each: what differs between two texts is their place.
_KEYS = (2_000_000_011, 2_000_001_033)
_HELD = (2_010_000_011, 2_020_000_033)
_DAYS = (date(1921, 3, 7), date(1931, 4, 8))
# What stands for a value in the first and in the second of two texts, and which value that is.
_StandIns = dict[tuple[Any, Any], str | int]


class Keyed(Protocol):
    """A part of a shape that holds keys: how many they are makes the text, not which they are."""

    @property
    def keys(self) -> tuple[int, ...]:
        """The keys."""

    def with_keys(self, keys: tuple[int, ...]) -> Self:
        """The same part with other keys, hashable."""


class Written(Generic[Row]):
    """A query that is written once for each shape of it: ``Written(lambda reach, person: ...)``.

    The function answers a queryset. It gets the *shape*, hashable values by place, and *values* by
    name: keys (``int``), days, or several keys (a list, compared by ``lib.db.AnyOf``). It must not
    look at the values, nor at the keys of a ``Keyed`` part of the shape, only compare columns with
    them, and know nothing else that changes: whatever decides which rows are found is part of the
    shape. Of models, and of ``values_list``.
    """

    def __init__(self, write: Callable[..., QuerySet[Any, Row]]) -> None:
        self._statement = lru_cache(MOST_SHAPES)(partial(_statement, write))

    def rows(self, *shape: Hashable, **values: Any) -> list[Row]:
        """The rows of a shape and values. One query."""
        kinds = tuple((name, _kind(value)) for name, value in values.items())
        outlines, held = _taken_apart(shape)
        found = self._statement(outlines, kinds)
        return list(found.rows({**held, **values})) if found else []

    def one(self, *shape: Hashable, **values: Any) -> Row | None:
        """The first of the rows; None where there is none. One query."""
        return next(iter(self.rows(*shape, **values)), None)


class WrittenSQL:
    """SQL that is written once for each shape, for statements that Django cannot write.

    The function gets the shape and answers SQL and its parameters; of keys that a ``Keyed`` part
    holds it must know no more than their number.
    """

    def __init__(self, write: Callable[..., tuple[str, Sequence[Any]]]) -> None:
        self._text = lru_cache(MOST_SHAPES)(partial(_text, write))

    def __call__(self, *shape: Hashable) -> tuple[str, tuple[Any, ...]] | None:
        """SQL and parameters of a shape; None where nothing would be found."""
        outlines, held = _taken_apart(shape)
        found = self._text(outlines)
        return (found.sql, found.params_of(held)) if found else None


@dataclass(frozen=True)
class _Text:
    """SQL, its parameters, and at which places of these which values stand.

    Values are known by name; those that a shape holds by their number among all that it holds.
    """

    sql: str
    params: Sequence[Any]
    places: Sequence[tuple[int, str | int, Callable[[Any], Any]]]

    def params_of(self, values: Mapping[Any, Any]) -> tuple[Any, ...]:
        params = list(self.params)
        for place, name, spell in self.places:
            params[place] = spell(values[name])
        return tuple(params)


@dataclass(frozen=True)
class _Statement(Generic[Row]):
    """The text of a query, and what makes rows of its answer."""

    compiler: Any
    iterable: Any
    text: _Text

    def rows(self, values: Mapping[Any, Any]) -> Iterator[Row]:
        params = self.text.params_of(values)
        compiler = copy(self.compiler)
        compiler.connection = connections[compiler.using]  # the kept one is another thread's
        compiler.as_sql = lambda: (self.text.sql, params)
        query = SimpleNamespace(get_compiler=lambda *_args, **_options: compiler)
        rows = SimpleNamespace(db=compiler.using, query=query, _known_related_objects={})
        return iter(self.iterable(rows))


def _statement(
    write: Callable[..., QuerySet[Any, Row]],
    shape: tuple[tuple[Any, int | None], ...],
    kinds: tuple[tuple[str, str], ...],
) -> _Statement[Row] | None:
    """Write a query; None where no values would find anything."""
    given = [_stand_ins(kinds, turn) for turn in (0, 1)]
    rows, others = (write(*_filled(shape, turn), **given[turn]) for turn in (0, 1))
    compiler = rows.query.get_compiler(rows.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    other = others.query.get_compiler(rows.db).as_sql()
    stand_ins: _StandIns = {
        (_spell(given[0][name]), _spell(given[1][name])): name for name, _ in kinds
    }
    text = _compared((sql, params), other, {**stand_ins, **_held(shape)})
    if not set(given[0]) <= {name for _, name, _ in text.places}:
        msg = "A value of a written query is not used."
        raise ValueError(msg)
    return _Statement(compiler, rows._iterable_class, text)


def _text(
    write: Callable[..., tuple[str, Sequence[Any]]], shape: tuple[tuple[Any, int | None], ...]
) -> _Text | None:
    """Write SQL; None where nothing would be found."""
    try:
        one, other = (write(*_filled(shape, turn)) for turn in (0, 1))
    except EmptyResultSet:
        return None
    return _compared(one, other, _held(shape))


def _compared(
    one: tuple[str, Sequence[Any]], other: tuple[str, Sequence[Any]], stand_ins: _StandIns
) -> _Text:
    """Find the places of values: there two texts differ that were written for two stand-ins."""
    (sql, params), (other_sql, other_params) = one, other
    if sql != other_sql or len(params) != len(other_params):
        msg = "The text of a written query depends on its values."
        raise ValueError(msg)
    places = []
    for place, pair in enumerate(zip(params, other_params, strict=True)):
        if pair[0] != pair[1]:
            if pair not in stand_ins:
                msg = "A value of a written query is not compared as it is."
                raise ValueError(msg)
            places.append((place, stand_ins[pair], partial(_spelled, type(pair[0]))))
    return _Text(sql, tuple(params), places)


def _taken_apart(
    shape: tuple[Any, ...],
) -> tuple[tuple[tuple[Any, int | None], ...], dict[str | int, Any]]:
    """The parts of a shape, each without its keys and with their number; and all keys."""
    keyed = [part.keys if _is_keyed(part) else None for part in shape]
    held = (key for keys in keyed for key in keys or ())
    return tuple(map(_outline, shape, keyed)), dict(enumerate(held))


def _held(shape: tuple[tuple[Any, int | None], ...]) -> _StandIns:
    """The stand-ins of the keys that a shape holds."""
    numbers = range(sum(number or 0 for _part, number in shape))
    return {(_HELD[0] + at, _HELD[1] + at): at for at in numbers}


def _is_keyed(part: Any) -> TypeGuard[Keyed]:
    return hasattr(part, "with_keys")


def _outline(part: Any, keys: tuple[int, ...] | None) -> tuple[Any, int | None]:
    """A part of a shape without its keys, and how many these are."""
    return (part, None) if keys is None else (part.with_keys(()), len(keys))


def _filled(shape: tuple[tuple[Any, int | None], ...], turn: int) -> Iterator[Any]:
    """The parts of a shape, with stand-ins for the keys that they hold."""
    keys = count(_HELD[turn])
    for part, number in shape:
        yield part if number is None else part.with_keys(tuple(islice(keys, number)))


def _stand_ins(kinds: tuple[tuple[str, str], ...], turn: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for number, (name, kind) in enumerate(kinds):
        key = _KEYS[turn] + number
        day = _DAYS[turn] + timedelta(days=number)
        made[name] = {"key": key, "keys": [key], "day": day}[kind]
    return made


def _kind(value: Any) -> str:
    if isinstance(value, int):
        return "key"
    return "day" if isinstance(value, date) else "keys"


def _spell(value: Any) -> Any:
    """A value as it stands among parameters: several keys are one text."""
    return f"{{{','.join(map(str, value))}}}" if isinstance(value, list) else value


def _spelled(kind: type, value: Any) -> Any:
    """A value with the type that Django gave its stand-in, so that the server keeps one plan."""
    return value if isinstance(value, date) else kind(_spell(value))
