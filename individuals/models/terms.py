"""The SQL that makes a person's search terms, and the triggers that keep them true."""
# ruff: noqa: S608 - the statements are made of constants

import pgtrigger

# A statement over ``MANY`` people is left to the backlog.
from agencyhub.records.triggers import MANY, NEW, OLD, planned_anew

NAMES = "individuals_name"
BACKLOG = "individuals_backlog"
_PHONES = ("home_phone", "cell_phone", "business_phone")
_COLUMNS = ("first_name", "last_name", "nickname", "email", "mbi_tail", *_PHONES)
# What follows the first word of a name, and its last word: "de la Cruz" is found by "Cruz" too.
_REST = r"name_key(substring({name} from '[\s-]+(.*)$'))"
_LAST_WORD = r"name_key(substring({name} from '[\s-]([^\s-]+)$'))"
_IS_LONG = r"{name} ~ '[\s-]\S'"
_ALIASES = (
    ("name_key(nickname)", "last_name_key", "nickname <> ''"),
    (_REST.format(name="first_name"), "last_name_key", _IS_LONG.format(name="first_name")),
    (_REST.format(name="last_name"), "first_name_key", _IS_LONG.format(name="last_name")),
    (_LAST_WORD.format(name="last_name"), "first_name_key", _IS_LONG.format(name="last_name")),
)
_KIND = {"name": 1, "alias": 2, "phone": 3, "line": 4, "email": 5, "mbi_tail": 6}


def terms(source: str) -> str:
    """Select kind (of ``Term.Kind``), person and term of everybody in ``source``, none twice."""
    aliases = " UNION ".join(
        f"SELECT {_KIND['alias']}, id, {alias} || ' ' || {other} FROM {source} WHERE {condition}"
        for alias, other, condition in _ALIASES
    )
    forms = [
        ("name", "first_name_key || ' ' || last_name_key", "true"),
        ("email", "lower(email)", "email <> ''"),
        ("mbi_tail", "mbi_tail::text", "mbi_tail <> ''"),
    ]
    for place, phone in enumerate(_PHONES):
        others = ", ".join(("''", *_PHONES[:place]))
        is_another = f"{phone} NOT IN ({others})"
        forms.append(("phone", f"{phone}::text", is_another))
        forms.append(("line", f"right({phone}, 4) || {phone}", is_another))
    return " UNION ALL ".join(
        [
            f"({aliases})",
            *(
                f"SELECT {_KIND[kind]}, id, {term} FROM {source} WHERE {condition}"
                for kind, term, condition in forms
            ),
        ]
    )


def new_names(source: str) -> str:
    """Insert the names of everybody in ``source`` that the dictionary lacks."""
    return (
        f"INSERT INTO {NAMES} (key, is_last)"
        f" SELECT key, is_last FROM (SELECT DISTINCT last_name_key, true FROM {source}"
        f" UNION ALL SELECT DISTINCT first_name_key, false FROM {source}) AS met(key, is_last)"
        f" WHERE NOT EXISTS (SELECT FROM {NAMES} AS known WHERE known.key = met.key"
        " AND known.is_last = met.is_last)"
    )


def search(table: str) -> list[pgtrigger.Trigger]:
    """Triggers that keep the terms of a table of people in ``<table>term``."""
    into = f"INSERT INTO {table}term (kind, person_id, term)"
    inserted = [f"{into} {terms(NEW)} ON CONFLICT DO NOTHING", new_names(NEW)]
    changed = f"WITH changed AS ({_changed('n')})"
    updated = [
        # Whoever adds the terms of a range holds its line: wait, or let them wait.
        (
            f"SELECT FROM {BACKLOG} AS line WHERE line.table_name = '{table}' AND EXISTS"
            f" (SELECT FROM {NEW} WHERE id BETWEEN line.first_id AND line.last_id) FOR SHARE"
        ),
        f"WITH changed AS ({_changed('o')}) {_delete(table, 'changed')}",
        f"{changed} {into} {terms('changed')} ON CONFLICT DO NOTHING",
        f"{changed} {new_names('changed')}",
    ]
    return [
        _trigger(
            "search_insert",
            pgtrigger.Insert,
            f"{_if_many(NEW, [_leave(NEW, 'index')])} {_run(inserted)}",
            new=NEW,
        ),
        _trigger(
            "search_update",
            pgtrigger.Update,
            f"{_if_many(NEW, [planned_anew(one) for one in updated])}"
            f" IF EXISTS ({_changed('n')}) THEN {_run(updated)} END IF;",
            new=NEW,
            old=OLD,
        ),
        _trigger(
            "search_delete",
            pgtrigger.Delete,
            f"{_if_many(OLD, [_leave(OLD, 'forget')])} {_run([_delete(table, OLD)])}",
            old=OLD,
        ),
    ]


def _if_many(source: str, statements: list[str]) -> str:
    return (
        f"IF (SELECT count(*) >= {MANY} FROM {source}) THEN"
        f" {'; '.join(statements)}; RETURN NULL; END IF;"
    )


def _leave(source: str, work: str) -> str:
    return (
        f"INSERT INTO {BACKLOG} (table_name, work, first_id, last_id)"
        f" SELECT TG_TABLE_NAME, '{work}', min(id), max(id) FROM {source}"
    )


def _run(statements: list[str]) -> str:
    return " ".join(
        f"PERFORM{one.removeprefix('SELECT')};" if one.startswith("SELECT") else f"{one};"
        for one in statements
    )


def _changed(row: str) -> str:
    """The people whom an update gave another name, number or address, as they were or are."""
    was, now = (", ".join(f"{side}.{column}" for column in _COLUMNS) for side in ("o", "n"))
    return (
        f"SELECT {row}.* FROM {OLD} AS o JOIN {NEW} AS n USING (id)"
        f" WHERE ({was}) IS DISTINCT FROM ({now})"
    )


def _delete(table: str, source: str) -> str:
    return (
        f"DELETE FROM {table}term AS kept USING ({terms(source)}) AS gone(kind, id, term)"
        " WHERE kept.kind = gone.kind AND kept.term = gone.term AND kept.person_id = gone.id"
    )


def _trigger(
    name: str, operation: pgtrigger.Operation, body: str, *, new: str = "", old: str = ""
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new=new or None, old=old or None),
        func=f"{body} RETURN NULL;",
    )
