"""Databases that are made once in a run, and copied for everybody who needs one.

Migrating takes a minute, and filling in the demo half of one: copies take less than a second.
``python -m tests.templates`` makes the first of them beforehand, and the demo where it is named.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from agencyhub.lib.migrating import migrate
from agencyhub.runtime.checks import TEMPLATES_MADE
from agencyhub.settings.celery import numbered

PREFIX = "template_of_tests"
MIGRATED, DEMO = f"{PREFIX}_migrated", f"{PREFIX}_demo"
# Three workers' databases and their stacks' fit into the sixteen that a Redis server has.
OWN_REDIS_DATABASES = 8
# As the browser tests' sandbox has them.
# What the demo wrote, in its own words, beside its files.
SEEDED = "seeded.json"
SANDBOX_KEY = "key-of-the-browser-tests-sandbox"
CARRIER_PASSWORD = "password-of-the-sandbox-carriers"


def forget() -> None:
    """Drop what an earlier run left on this server, but not what this run made beforehand."""
    with _server() as admin:
        found = admin.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
        ).fetchall()
    made = {MIGRATED, DEMO} if os.environ.get(TEMPLATES_MADE) else set()
    for name in {str(name) for (name,) in found} - made:
        drop(name)


def migrated() -> str:
    """The name of a database that every migration has run in, and nothing else."""
    return _ready(MIGRATED, _migrate)


def demo() -> str:
    """The name of a database with the demo, whose files lie in ``demo_files()``."""
    return _ready(DEMO, _fill)


def demo_files() -> Path:
    """The home that belongs to the demo; what made it beforehand had a home of its own."""
    home = os.environ.get(TEMPLATES_MADE) or os.environ["AGENCYHUB_HOME"]
    return Path(home) / f"{PREFIX}_files"


def copy(template: str, name: str) -> None:
    """Make a database a copy of a template, to which nobody is connected."""
    drop(name)
    _execute("CREATE DATABASE {} TEMPLATE {}", name, template)


def drop(name: str) -> None:
    """Delete a database, if it is there."""
    _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def url_of(name: str) -> str:
    """The address of another database on the run's server."""
    return re.sub(r"^(\w+://[^/]*/)[^?]*", rf"\g<1>{name}", os.environ["DATABASE_URL"])


@contextmanager
def using(name: str) -> Iterator[None]:
    """Let the ORM of this process work on another database."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _ready(template: str, fill: Callable[[str], None]) -> str:
    """Make a template unless it is there; whoever asks meanwhile waits. It is whole, or missing."""
    unfinished = f"{template}_unfinished"
    with _server() as admin:
        admin.execute("SELECT pg_advisory_lock(hashtext(%s))", [template])
        found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if found.fetchone() is None:
            fill(unfinished)
            _execute("ALTER DATABASE {} RENAME TO {}", unfinished, template)
    return template


def _migrate(name: str) -> None:
    copy("template1", name)
    with using(name):
        migrate()


def _fill(name: str) -> None:
    copy(migrated(), name)
    shutil.rmtree(demo_files(), ignore_errors=True)
    environment = os.environ | {
        "DATABASE_URL": url_of(name),
        "REDIS_URL": numbered(os.environ["REDIS_URL"], by=OWN_REDIS_DATABASES),
        "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
        "AGENCYHUB_HOME": str(demo_files()),
        "SANDBOX_URL": "http://127.0.0.1:8001",
        "SANDBOX_API_KEY": SANDBOX_KEY,
        "SANDBOX_CARRIER_PASSWORD": CARRIER_PASSWORD,
    }
    said = _manage(environment, "seed_demo", "--json")
    (demo_files() / SEEDED).write_text(said, encoding="utf-8")
    prepare_demo(environment)


def prepare_demo(environment: dict[str, str]) -> None:
    """Fill in what the demo lacks, or what has changed of it: the addresses of hub and sandbox."""
    _manage(environment, "prepare_demo")


def _manage(environment: dict[str, str], *words: str) -> str:
    """Run a command of the product in a process of its own; answers what it printed."""
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout


def _server() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def _execute(statement: str, *names: str) -> None:
    with _server() as admin:
        admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


if __name__ == "__main__":
    import django

    django.setup()
    forget()
    migrated()
    if "demo" in sys.argv[1:]:
        demo()
