"""Emptying the database after a test with real transactions.

Django's way truncates every table and then writes all content types and permissions anew: a second
for each test. Here those stay, as migrations left them, and only what holds rows is truncated.
"""

from django.core.management.color import no_style
from django.db import connection

KEPT = {"django_content_type", "auth_permission"}


def empty() -> None:
    """Leave no row in any table but those of content types and permissions."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    quoted = {name: connection.ops.quote_name(name) for name in set(tables) - KEPT}
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {table})" for name, table in quoted.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        filled = [name for (name,) in cursor.fetchall()]
    # Tables that refer to these are empty, or among them.
    statements = connection.ops.sql_flush(no_style(), filled, allow_cascade=True)
    connection.ops.execute_sql_flush(statements)
