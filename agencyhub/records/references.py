"""Everything that points to a record, in whatever app, and moving all of it to another record.

Apps above are found through Django's registry, so a table that a later app adds moves along.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext
from psycopg import sql

from agencyhub.lib.errors import DomainError
from agencyhub.records import tables
from agencyhub.records.models import Batch

DECLARATION = "refers_to"
_MOVE = sql.SQL("UPDATE {table} SET {column} = %(to)s WHERE {column} = %(from)s{only}")
# The same for a table without triggers: its changes are written here, so that an undo finds them.
_MOVE_AND_TELL = sql.SQL(
    "WITH moved AS ({move} RETURNING id) INSERT INTO records_change"
    " (batch_id, table_name, record_id, action, before, after, changed_at)"
    " SELECT %(batch)s, {name}, id, 'update', jsonb_build_object({key}, %(from)s::bigint),"
    " jsonb_build_object({key}, %(to)s::bigint), now() FROM moved"
)


class ReferenceCollisionError(DomainError):
    """Both records have something that only one may have."""

    code = "reference_collision"


@dataclass(frozen=True)
class Reference:
    """A column that names records without a foreign key: ``refers_to = Reference(…)`` on a model.

    ``to`` is the label of the model it names, ``only`` what its rows must say besides.
    """

    to: str
    column: str
    only: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pointer:
    """One table and the column of it that points to a record."""

    model: type[models.Model]
    column: str
    only: Mapping[str, str] = field(default_factory=dict)

    @property
    def noun(self) -> str:
        """The rows in words: "policies"."""
        return str(self.model._meta.verbose_name_plural)

    def rows(self, pk: int) -> models.QuerySet[Any]:
        """The rows that point to the record with this key."""
        return self.model._default_manager.filter(**{self.column: pk}, **self.only)


def pointers_to(model: type[models.Model]) -> Iterator[Pointer]:
    """Every column that points to ``model``: foreign keys that the database checks, and declared.

    A foreign key with ``db_constraint=False`` is nobody's concern: its table keeps itself right.
    """
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.one_to_many or relation.one_to_one) or relation.concrete:
            continue
        key = relation.field  # type: ignore[union-attr]
        if getattr(key, "db_constraint", False) and not key.model._meta.proxy:
            yield Pointer(key.model, str(key.attname))
    for one in apps.get_models():
        declared: Reference | None = getattr(one, DECLARATION, None)
        if declared is not None and declared.to == model._meta.label:
            yield Pointer(one, declared.column, declared.only)


def move(pointer: Pointer, *, from_pk: int, to_pk: int, batch: Batch) -> int:
    """Let the rows that point to one record point to another, and count them.

    One statement; an undo of the batch moves them back, also where the table has no history.

    Raises:
        ReferenceCollisionError: a unique rule allows only one of the two records such a row.
    """
    table = pointer.model._meta.db_table
    statement = _MOVE.format(
        table=sql.Identifier(table),
        column=sql.Identifier(pointer.column),
        only=sql.SQL("").join(
            sql.SQL(" AND {} = {}").format(sql.Identifier(name), sql.Literal(value))
            for name, value in pointer.only.items()
        ),
    )
    if not tables.is_tracked(pointer.model):
        statement = _MOVE_AND_TELL.format(
            move=statement, name=sql.Literal(table), key=sql.Literal(pointer.column)
        )
    values = {"from": from_pk, "to": to_pk, "batch": batch.pk}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)
    except IntegrityError as error:
        raise _collision(pointer, error, from_pk=from_pk, to_pk=to_pk) from error


def _collision(
    pointer: Pointer, error: IntegrityError, *, from_pk: int, to_pk: int
) -> ReferenceCollisionError:
    """Name the two rows that stand in each other's way, where the rule is one of plain columns."""
    rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    rivals = _rivals(pointer, rule, from_pk=from_pk, to_pk=to_pk)
    table = pointer.model._meta.db_table
    which = ", ".join(tables.row_name(table, pk) for pk in rivals) or pointer.noun
    reason = rule.replace("_", " ")
    msg = gettext(
        "These cannot belong to one record: %(which)s. Change or remove one of them first, then "
        "try again."
    ) % {"which": f"{which} ({reason})" if reason else which}
    return ReferenceCollisionError(msg)


def _rivals(pointer: Pointer, rule: str, *, from_pk: int, to_pk: int) -> list[int]:
    names = _columns_of(pointer.model, rule) - {pointer.column, pointer.column.removesuffix("_id")}
    ours, theirs = pointer.rows(from_pk), pointer.rows(to_pk)
    for row in theirs.order_by("pk").values("pk", *names):
        pk = row.pop("pk")
        same = ours.filter(**row).order_by("pk").values_list("pk", flat=True).first()
        if same is not None:
            return sorted([same, pk])
    return []


def _columns_of(model: type[models.Model], rule: str) -> set[str]:
    """The plain columns of a unique rule; none for one that is not known by its name."""
    for one in model._meta.constraints:
        if isinstance(one, models.UniqueConstraint) and one.name == rule:
            named = (getattr(part, "name", "") for part in one.expressions)
            return {*one.fields, *filter(None, named)}
    return set()
