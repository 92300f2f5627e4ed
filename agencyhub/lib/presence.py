"""What a record has any of, asked at once: pages then leave out reads that would find nothing."""

from functools import cached_property
from typing import Any

from django.db import connection, models

Kind = tuple[type[models.Model], tuple[str, ...]]


class Presence:
    """Kinds of rows that point at a record: ``Presence(notes=(Note, ("record",)))``.

    Each kind is a model and the fields any of which names the record. It says nothing of who may
    see the rows: whoever reads them afterwards asks that, as always.
    """

    def __init__(self, **kinds: Kind) -> None:
        self.kinds = kinds

    def of(self, pk: int) -> frozenset[str]:
        """The kinds of which the record has a row at least. One query, however many kinds."""
        with connection.cursor() as cursor:
            cursor.execute(self._statement, {"pk": pk})
            found = cursor.fetchone()
        return frozenset(name for name, is_there in zip(self.kinds, found, strict=True) if is_there)

    @cached_property
    def _statement(self) -> str:
        return f"SELECT {', '.join(_exists(*kind) for kind in self.kinds.values())}"


def _exists(model: type[models.Model], names: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    columns = (quote(_column(model, name)) for name in names)
    rows = " UNION ALL ".join(
        f"(SELECT FROM {quote(model._meta.db_table)} WHERE {column} = %(pk)s LIMIT 1)"
        for column in columns
    )
    return f"EXISTS ({rows})"


def _column(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return str(field.column)
