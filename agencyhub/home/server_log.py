"""What PostgreSQL may write into its own log: nothing that was said about people.

Left as it comes, the server writes down every statement that fails, and of a broken unique rule the
values: names, phones, e-mail addresses. Only an administrator of the server can change that.
"""

from typing import Any

from django.core import checks
from django.db import OperationalError, connection

# For each setting what keeps people's data out of the log; the first is what we advise.
KEPT_OUT: dict[str, tuple[str, ...]] = {
    "log_error_verbosity": ("terse",),
    "log_min_duration_sample": ("-1",),
    "log_min_duration_statement": ("-1",),
    "log_min_error_statement": ("panic", "fatal"),
    "log_parameter_max_length_on_error": ("0",),
    "log_statement": ("none", "ddl"),
    "log_transaction_sample_rate": ("0",),
}


def check_server_log(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Warn (``home.W001``) of every setting with which people's data reach the server's log.

    Part of ``check --deploy``. Says nothing while the server cannot be asked.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name",
                [list(KEPT_OUT)],
            )
            found = cursor.fetchall()
    except OperationalError:
        return []
    return [
        checks.Warning(
            f"PostgreSQL may write people's data into its own log: {name} is {setting}.",
            hint=f"As its administrator: ALTER SYSTEM SET {name} = '{KEPT_OUT[name][0]}'; "
            "SELECT pg_reload_conf();",
            id="home.W001",
        )
        for name, setting in found
        if setting not in KEPT_OUT[name]
    ]
