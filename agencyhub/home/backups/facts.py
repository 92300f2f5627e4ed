"""What can be counted in a database, so that a copy of it can be compared."""

import hashlib
from typing import Any

from django.conf import settings
from psycopg import sql

from agencyhub.home.backups.places import Connection
from agencyhub.lib.keys import decode_key

FINGERPRINT = b"agencyhub backup fingerprint"
FINGERPRINT_LENGTH = 16
_TABLES = """
SELECT c.relname::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT EXISTS (
  SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
    AND d.deptype = 'e')
ORDER BY 1
"""
# The sum of 60 bits of each row's digest: the same in any order, and other when any row differs.
_SUM = """
SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text
FROM {} AS t
"""
_SEQUENCES = """
SELECT sequencename::text, last_value FROM pg_sequences WHERE schemaname = 'public'
AND last_value IS NOT NULL ORDER BY 1
"""
_MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"


def tables(database: Connection) -> list[str]:
    """The tables that hold rows: partitions, and not what they are partitions of."""
    return [name for (name,) in database.execute(_TABLES)]


def sums(database: Connection) -> dict[str, dict[str, Any]]:
    """The number of rows and their sum, of every table: ``{"policies_policy": {"rows": …}}``."""
    found = {}
    for table in tables(database):
        statement = sql.SQL(_SUM).format(sql.Identifier(table))
        for rows, total in database.execute(statement):
            found[table] = {"rows": rows, "sum": total}
    return found


def sequences(database: Connection) -> dict[str, int]:
    """Where each sequence stands that was used."""
    return dict(database.execute(_SEQUENCES).fetchall())


def migrations(database: Connection) -> list[str]:
    """What was migrated, as ``policies.0001_initial``; nothing in an empty database."""
    if "django_migrations" not in tables(database):
        return []
    return [name for (name,) in database.execute(_MIGRATIONS)]


def sealing_keys() -> list[str]:
    """Fingerprints of the keys that seal and open, the newest first: they tell nothing of them."""
    return [fingerprint(text) for text in settings.FIELD_ENCRYPTION_KEYS]


def index_key() -> str:
    """The fingerprint of the key of the blind index."""
    return fingerprint(settings.BLIND_INDEX_KEY)


def fingerprint(key: str) -> str:
    """Sixteen hexadecimal digits of a keyed digest."""
    return hashlib.sha256(FINGERPRINT + decode_key(key)).hexdigest()[:FINGERPRINT_LENGTH]
