"""Foreign keys that are checked once per statement instead of once per row (ADR 0015).

PostgreSQL looks every new row's parents up one by one: half of what a large import costs. Columns
that point at small tables (options, agents, carriers) have ``db_constraint=False`` and a guard:
triggers that refuse the same rows with the same error (23503).

* Adding or changing rows: after the statement one join finds a row without its parent.
* Deleting parents: the children's tables are locked against writers first, so that a row that is
  being added is either seen by the check or added afterwards, when its own check fails. Parents are
  deleted rarely, and a transaction of an import lasts seconds.

Where the parents are many and come and go in great numbers, as people and policies do when an
import is undone, ``guard_rows`` locks single parents as a foreign key does. Such a column stays a
usual foreign key for Django, which need not know who holds it.
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
# Rows come in great numbers, and parents go; references of rows that are there change one by one,
# and what changes anything else of a row pays nothing for them.
_REFERENCE = """
DO $$
DECLARE key text;
BEGIN
    SELECT conname INTO STRICT key FROM pg_constraint
    WHERE contype = 'f' AND conrelid = '{child}'::regclass AND confrelid = '{parent}'::regclass
        AND conkey = ARRAY[(SELECT attnum FROM pg_attribute
            WHERE attrelid = '{child}'::regclass AND attname = '{column}')];
    EXECUTE format('ALTER TABLE {child} DROP CONSTRAINT %I', key);
END $$;
CREATE FUNCTION {name}_refers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint[];
    found bigint;
BEGIN
    wanted := ARRAY(SELECT DISTINCT {column} FROM new_rows WHERE {column} IS NOT NULL);
    PERFORM FROM {parent} WHERE id = ANY (wanted) ORDER BY id FOR KEY SHARE;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF found < cardinality(wanted) THEN
        RAISE foreign_key_violation USING
            MESSAGE = 'a row of {child} refers to something that is not there',
            TABLE = '{child}', CONSTRAINT = '{name}';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {name}_insert AFTER INSERT ON {child} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_refers();
CREATE FUNCTION {name}_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM {parent} WHERE id = NEW.{column} FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = 'a row of {child} refers to something that is not there',
            TABLE = '{child}', CONSTRAINT = '{name}';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {name}_update AFTER UPDATE ON {child} FOR EACH ROW
    WHEN (NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})
    EXECUTE FUNCTION {name}_moves();
CREATE FUNCTION {name}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_used boolean;
BEGIN
    IF (SELECT count(*) >= {many} FROM old_rows) THEN -- a plan for a row suits no thousand
        EXECUTE 'SELECT EXISTS (SELECT FROM old_rows AS o JOIN {child} AS c ON c.{column} = o.id)'
            INTO is_used;
    ELSE
        is_used := EXISTS (SELECT FROM old_rows AS o JOIN {child} AS c ON c.{column} = o.id);
    END IF;
    IF is_used THEN
        RAISE foreign_key_violation USING
            MESSAGE = '{child} refers to a row of {parent}',
            TABLE = '{child}', CONSTRAINT = '{name}';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {name}_delete AFTER DELETE ON {parent} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_is_kept();
"""
_DROP_REFERENCE = """
DROP TRIGGER {name}_delete ON {parent};
DROP TRIGGER {name}_insert ON {child};
DROP TRIGGER {name}_update ON {child};
DROP FUNCTION {name}_is_kept();
DROP FUNCTION {name}_moves();
DROP FUNCTION {name}_refers();
ALTER TABLE {child} ADD CONSTRAINT {name} FOREIGN KEY ({column}) REFERENCES {parent}
    DEFERRABLE INITIALLY DEFERRED;
"""
# From so many rows on, a trigger's statement that joins them is worth a plan of its own.
MANY = 200


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


def guard_rows(child: str, column: str, parent: str) -> migrations.RunSQL:
    """Let triggers hold the foreign key ``column`` of the table ``child``, as they do for rows.

    The parents are as safe as before, and deleting a great many of them costs one join a statement
    instead of a look-up a row.
    """
    names = {"name": f"{child}_{column}", "child": child, "column": column, "parent": parent}
    return migrations.RunSQL(_REFERENCE.format(**names, many=MANY), _DROP_REFERENCE.format(**names))
