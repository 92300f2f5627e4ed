"""Foreign keys that are checked once per statement instead of once per row (ADR 0015).

PostgreSQL looks every new row's parents up one by one: half of what a large import costs. Columns
that point at small tables (options, agents, carriers) have ``db_constraint=False`` and a guard:
triggers that refuse the same rows with the same error (23503).

* Adding or changing rows: after the statement one join finds a row without its parent.
* Deleting parents: the children's tables are locked against writers first, so that a row that is
  being added is either seen by the check or added afterwards, when its own check fails. Parents are
  deleted rarely, and a transaction of an import lasts seconds.
"""

from collections.abc import Mapping

from django.db import migrations

_CHILD = """
CREATE FUNCTION {child}_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows AS n {joins} WHERE {orphans}) THEN
        RAISE foreign_key_violation USING
            MESSAGE = 'a row of {child} refers to something that is not there',
            TABLE = TG_TABLE_NAME, CONSTRAINT = '{child}_guard';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER guard_insert AFTER INSERT ON {child} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {child}_guard();
CREATE TRIGGER guard_update AFTER UPDATE ON {child} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {child}_guard();
"""
_PARENT = """
CREATE FUNCTION {name}_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE {child} IN SHARE MODE;
    RETURN NULL;
END $$;
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM old_rows AS o JOIN {child} AS c ON {used}) THEN
        RAISE foreign_key_violation USING
            MESSAGE = '{child} refers to a row of {parent}',
            TABLE = '{child}', CONSTRAINT = '{name}';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {name}_lock BEFORE DELETE ON {parent}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_lock();
CREATE TRIGGER {name} AFTER DELETE ON {parent} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
_DROP_CHILD = """
DROP TRIGGER guard_insert ON {child};
DROP TRIGGER guard_update ON {child};
DROP FUNCTION {child}_guard();
"""
_DROP_PARENT = """
DROP TRIGGER {name} ON {parent};
DROP TRIGGER {name}_lock ON {parent};
DROP FUNCTION {name}();
DROP FUNCTION {name}_lock();
"""


def guard(child: str, columns: Mapping[str, str]) -> migrations.RunSQL:
    """Guard ``columns`` of the table ``child``: the parent's table by column."""
    joins = " ".join(
        f"LEFT JOIN {parent} AS p{at} ON p{at}.id = n.{column}"
        for at, (column, parent) in enumerate(columns.items())
    )
    orphans = " OR ".join(
        f"(n.{column} IS NOT NULL AND p{at}.id IS NULL)" for at, column in enumerate(columns)
    )
    create = _CHILD.format(child=child, joins=joins, orphans=orphans)
    drop = _DROP_CHILD.format(child=child)
    for parent in sorted(set(columns.values())):
        used = " OR ".join(f"c.{column} = o.id" for column in columns if columns[column] == parent)
        name = f"{child}_of_{parent}"
        create += _PARENT.format(name=name, child=child, parent=parent, used=used)
        drop += _DROP_PARENT.format(name=name, parent=parent)
    return migrations.RunSQL(create, drop)
