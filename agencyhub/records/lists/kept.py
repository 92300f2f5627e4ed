"""Words that hardly ever change, kept by each process until a row of their tables does.

One statement tells of all these tables whether anything has: every list would ask for each of them
anew, and make objects of hundreds of rows.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

Load = TypeVar("Load", bound=Callable[..., Any])
Marks = dict[str, Any]

# Every version of a row has a place and a transaction of its own: rows that are added, changed or
# removed, by whomever, make another sum.
_MARK = "(SELECT sum(hashint8extended(xmin::text::bigint, hashtid(ctid))) FROM {})"

_tables_of: dict[Callable[..., Any], tuple[str, ...]] = {}
_found: dict[Callable[..., Any], tuple[Any, Any]] = {}


def until_changed(*models: type[Model]) -> Callable[[Load], Load]:
    """Mark a function whose answer is of small tables only, and the same for everybody.

    Its arguments may be days and the like; the answer to the last ones is kept. Nobody may change
    what it answers.
    """

    def mark(load: Load) -> Load:
        _tables_of[load] = tuple(model._meta.db_table for model in models)
        return load

    return mark


def is_marked(load: Callable[..., Any]) -> bool:
    """Whether what ``load`` answers is kept."""
    return load in _tables_of


def marks() -> Marks:
    """What tells every table's rows from those before, by table: one statement."""
    tables = sorted({table for tables in _tables_of.values() for table in tables})
    quoted = (_MARK.format(connection.ops.quote_name(table)) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(quoted)}")
        return dict(zip(tables, cursor.fetchone(), strict=True))


def answer(load: Callable[..., Any], args: tuple[Any, ...], now: Marks) -> Any:
    """What ``load`` answered to ``args`` when its tables were as they are ``now``."""
    state = (args, *(now[table] for table in _tables_of[load]))
    known = _found.get(load)
    if known is None or known[0] != state:
        known = _found[load] = (state, load(*args))
    return known[1]
