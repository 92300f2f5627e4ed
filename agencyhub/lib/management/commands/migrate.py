"""Django's ``migrate``, which gives up rather than let everybody wait for a lock."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable


class Command(migrate.Command):
    """A migration that waits for a table's lock makes every later statement wait behind it.

    Within ``MIGRATE_LOCK_SECONDS`` it gets the lock or is rolled back; running it again goes on
    with the migration that gave up.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate with a bound on waiting for locks; 0 waits for ever, as Django does."""
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{int(settings.MIGRATE_LOCK_SECONDS)}s'")
        try:
            super().handle(*args, **options)
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                msg = (
                    "A table was in use for longer than MIGRATE_LOCK_SECONDS, so nothing of this"
                    " migration was done. Run migrate again; if it stays so, look for long"
                    " transactions in pg_stat_activity."
                )
                raise CommandError(msg) from error
            raise
        finally:
            if connection.connection is not None and not connection.connection.closed:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = DEFAULT")
