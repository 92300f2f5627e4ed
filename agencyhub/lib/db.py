"""Small pieces of PostgreSQL that several apps use."""

import hashlib
from collections.abc import Iterable

from django.db import connection, models
from django.db.models import Func


class NameKey(Func):
    """A name without case, accents, spaces and punctuation: the SQL function ``name_key``.

    The same function fills the generated key columns, so both sides of a comparison always agree.
    """

    function = "name_key"
    arity = 1
    output_field = models.CharField()


def lock_keys(keys: Iterable[str]) -> None:
    """Hold a lock on each key until the transaction ends.

    Keys are locked in one order, so that two transactions that need the same keys cannot wait for
    each other.
    """
    numbers = sorted(
        {
            int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)
            for key in keys
        }
    )
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number",
                [numbers],
            )
