"""Working off the search backlog: the terms of people whom large statements added or removed."""
# ruff: noqa: S608 - the statements are made of constants

from collections.abc import Iterator

from django.db import connection, transaction

from individuals.models import Backlog, Name
from individuals.models.search import TERMS
from individuals.models.terms import new_names, terms

# People per transaction: for so long, at most, somebody waits who changes one of them meanwhile.
CHUNK = 100_000
# More than so many people change what the planner should know about the terms.
NOTABLE = 10_000


def index_waiting() -> int:
    """Work off the whole backlog, and say for how many keys of people.

    Several workers may do so at once; each takes other lines.
    """
    done = sum(_chunks())
    if done >= NOTABLE:
        with connection.cursor() as cursor:
            for table in (*(one._meta.db_table for one in TERMS.values()), Name._meta.db_table):
                cursor.execute(f"ANALYZE {table}")
    return done


def rebuild() -> int:
    """Forget every term and every name, and make all of them again; nobody is lost meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        Backlog.objects.all().delete()
        for model, term in TERMS.items():
            people, kept = model._meta.db_table, term._meta.db_table
            cursor.execute(f"TRUNCATE {kept}")
            cursor.execute(
                f"INSERT INTO {Backlog._meta.db_table} (table_name, work, first_id, last_id)"
                f" SELECT %s, %s, min(id), max(id) FROM {people} HAVING count(*) > 0",
                [people, Backlog.Work.INDEX],
            )
        Name.objects.all().delete()
    return index_waiting()


def _chunks() -> Iterator[int]:
    lines = Backlog.objects.select_for_update(skip_locked=True).order_by("pk")
    while True:
        with transaction.atomic():
            line = lines.first()
            if line is None:
                return
            yield _work_on(line)


def _work_on(line: Backlog) -> int:
    """Do the line's next part, and shorten or remove the line. Its lock is held."""
    last_id = line.last_id
    if line.work == Backlog.Work.INDEX:
        last_id = min(last_id, line.first_id + CHUNK - 1)
        _add(line.table_name, line.first_id, last_id)
    else:
        _forget(line.table_name, line.first_id, last_id)
    done = last_id - line.first_id + 1
    if last_id == line.last_id:
        line.delete()
    else:
        line.first_id = last_id + 1
        line.save(update_fields=["first_id"])
    return done


def _add(table: str, first_id: int, last_id: int) -> None:
    """Add the terms of those who have none, in the order of the index."""
    fresh = (
        f"SELECT * FROM {table} AS person WHERE id BETWEEN %s AND %s AND NOT EXISTS"
        f" (SELECT FROM {table}term AS kept WHERE kept.kind = 1 AND kept.person_id = person.id"
        " AND kept.term = person.first_name_key || ' ' || person.last_name_key)"
    )
    found = f"SELECT kind, id, term FROM ({terms('fresh')}) AS found(kind, id, term)"
    with connection.cursor() as cursor:
        names = f"(SELECT * FROM {table} WHERE id BETWEEN %s AND %s) AS met"
        cursor.execute(new_names(names), [first_id, last_id] * 2)
        cursor.execute(
            f"WITH fresh AS ({fresh}) INSERT INTO {table}term (kind, person_id, term)"
            f" {found} ORDER BY kind, term, id",
            [first_id, last_id],
        )


def _forget(table: str, first_id: int, last_id: int) -> None:
    """Take away the terms of those who are gone: one pass over the table, for however many."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table}term AS kept WHERE person_id BETWEEN %s AND %s"
            f" AND NOT EXISTS (SELECT FROM {table} WHERE id = kept.person_id)",
            [first_id, last_id],
        )
