"""A backup brought back: beside what is there, compared, and put in its place at once."""

import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_noop
from psycopg import errors, sql

from agencyhub.home.backups import facts, manifest, places
from agencyhub.home.backups.manifest import Manifest
from agencyhub.home.backups.places import Connection
from agencyhub.home.backups.saving import DATABASE, FILES, GROWING
from agencyhub.lib.errors import DomainError
from agencyhub.lib.fields import Sealed, SealedTextField

BESIDE, REPLACED = "_restoring", "_replaced_"
MAINTENANCE = ("postgres", "template1")


class NotEmptyError(DomainError):
    """The database holds something."""

    code = "database_not_empty"


class WrongKeysError(DomainError):
    """What was sealed could not be opened here, or not be found again."""

    code = "wrong_keys"


class NewerBackupError(DomainError):
    """The backup knows migrations that this code does not."""

    code = "newer_backup"


class DatabaseInUseError(DomainError):
    """Somebody is connected to the database that is to be replaced."""

    code = "database_in_use"


class DifferentError(DomainError):
    """What came back is not what was saved."""

    code = "restored_differs"


@dataclass(frozen=True)
class Restored:
    """What came back; ``pending`` migrations have to run; ``replaced`` is what was there before."""

    told: Manifest
    pending: int
    replaced: str


def restore(*, directory: Path, replace: bool, at: datetime, jobs: int = 2) -> Restored:
    """Bring a backup back into the configured database, which nobody may be connected to.

    It is read into a database beside it, compared table by table, and only then takes its name:
    killed at any moment, the configured database is what it was, or the whole backup. Files go to
    the vault before. With ``replace`` a database that holds something is renamed, not dropped.

    Raises:
        NotABackupError: no whole backup, or damaged.
        WrongKeysError: the configured keys are not those of the backup.
        NewerBackupError: made by a later version.
        NotEmptyError: the database holds something, and ``replace`` was not said.
        DatabaseInUseError: stop web, workers and beat first.
        DifferentError: what came back differs; nothing was changed.
        NoDatabaseError, NoProgramError, ProgramFailedError: see ``places``.
    """
    directory = directory.resolve()
    told = manifest.read(directory)
    _check_keys(told)
    pending = _check_migrations(told)
    name = places.name()
    is_empty = _is_empty(name)
    if not (is_empty or replace):
        msg = gettext_noop(
            "The database %(name)s is not empty. Restore into an empty one, or say --replace: it is"
            " kept under another name."
        ) % {"name": name}
        raise NotEmptyError(msg)
    manifest.check_files(told, directory)
    _load(directory, name + BESIDE, jobs=jobs)
    _compare(told, name + BESIDE)
    _bring_files(told, directory)
    kept = "" if is_empty else f"{name}{REPLACED}{at:%Y%m%dt%H%M%S}"
    _take_place(name, kept)
    return Restored(told, pending, kept)


def _check_keys(told: Manifest) -> None:
    missing = [key for key in told.sealing_keys if key not in facts.sealing_keys()]
    if missing:
        msg = gettext_noop(
            "FIELD_ENCRYPTION_KEYS lacks %(count)s of the %(of)s keys of this backup (fingerprints"
            " %(missing)s). Without them its health data stay closed: configure them first."
        ) % {"count": len(missing), "of": len(told.sealing_keys), "missing": ", ".join(missing)}
        raise WrongKeysError(msg)
    if told.index_key != facts.index_key():
        msg = gettext_noop(
            "BLIND_INDEX_KEY is not the one of this backup (fingerprint %(theirs)s). Nobody would"
            " be found by MBI or SSN: configure that key first."
        ) % {"theirs": told.index_key}
        raise WrongKeysError(msg)


def _check_migrations(told: Manifest) -> int:
    """How many migrations have to run afterwards."""
    known = {
        ".".join(key) for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    }
    ahead = [name for name in told.migrations if name not in known]
    if ahead:
        msg = gettext_noop(
            "The backup was made by a later version of AgencyHub: this one does not know %(ahead)s."
            " Install that version first."
        ) % {"ahead": ", ".join(ahead[:3])}
        raise NewerBackupError(msg)
    return len(known - set(told.migrations))


def _is_empty(name: str) -> bool:
    with places.connect(name, autocommit=True) as database:
        return not facts.tables(database)


def _load(directory: Path, beside: str, *, jobs: int) -> None:
    """Read the dump into a new database; one that an earlier attempt left is dropped."""
    with _maintenance() as database:
        _drop(database, beside)
        try:
            database.execute(
                _named("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", beside)
            )
        except errors.InsufficientPrivilege as error:
            msg = gettext_noop(
                "The user of DATABASE_URL may not create databases. A backup is first read into one"
                " beside yours: restore with a user that may (CREATEDB)."
            )
            raise places.ProgramFailedError(msg) from error
        program = places.program("pg_restore", server=places.server_major(database))
    command = [
        *(program, f"--dbname={beside}", f"--jobs={jobs}", "--exit-on-error", "--no-owner"),
        *("--no-privileges", "--no-password", str(directory / DATABASE)),
    ]
    with tempfile.NamedTemporaryFile() as words:
        done = subprocess.run(
            command, env=places.environment(beside), stdin=subprocess.DEVNULL, stdout=words,
            stderr=words, check=False,
        )  # fmt: skip
        places.check(done.returncode, of="pg_restore", words=Path(words.name))


def _compare(told: Manifest, beside: str) -> None:
    """Rows and sums of every table, every sequence, and one value of each sealed column."""
    with places.connect(beside, autocommit=True) as database:
        found = facts.sums(database)
        other = sorted(
            table for table in {*told.tables, *found} if told.tables.get(table) != found.get(table)
        )
        if facts.sequences(database) != told.sequences:
            other.append("sequences")
        if other:
            msg = gettext_noop(
                "What came back is not what was saved (%(other)s). Nothing was changed."
            ) % {"other": ", ".join(other[:5])}
            raise DifferentError(msg)
        _open_some(database)


def _open_some(database: Connection) -> None:
    """Open the newest value of each sealed column.

    Raises:
        UnreadableSecretError: it opens with none of the configured keys.
    """
    there = set(facts.tables(database))
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedTextField) and table in there:
                statement = sql.SQL(
                    "SELECT {0} FROM {1} WHERE {0} IS NOT NULL ORDER BY {2} DESC LIMIT 1"
                ).format(
                    sql.Identifier(str(field.column)),
                    sql.Identifier(table),
                    sql.Identifier(str(model._meta.pk.column)),
                )
                for (sealed,) in database.execute(statement):
                    Sealed(bytes(sealed), field.purpose).reveal()


def _bring_files(told: Manifest, directory: Path) -> None:
    """Put the files into the vault, each whole or not at all; others there are left alone."""
    vault = Path(settings.MEDIA_ROOT)
    for name in told.files:
        path = Path(name)
        if path.parts[0] != FILES:
            continue
        target = vault / path.relative_to(FILES)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        growing = target.with_name(target.name + GROWING)
        shutil.copyfile(directory / name, growing)
        growing.chmod(0o600)
        growing.replace(target)


def _take_place(name: str, kept: str) -> None:
    """Give the restored database its name; both renamings happen, or none."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    try:
        with _maintenance(autocommit=False) as database:
            if kept:
                database.execute(_named("ALTER DATABASE {} RENAME TO {}", name, kept))
            else:
                database.execute(_named("ALTER DATABASE {} RENAME TO {}", name, name + "_empty"))
            database.execute(_named("ALTER DATABASE {} RENAME TO {}", name + BESIDE, name))
            database.commit()
    except errors.ObjectInUse as error:
        msg = gettext_noop(
            "Somebody is connected to the database %(name)s. Stop web, workers and beat, then"
            " restore again."
        ) % {"name": name}
        raise DatabaseInUseError(msg) from error
    if not kept:
        with _maintenance() as database:
            _drop(database, name + "_empty")


def _drop(database: Connection, name: str) -> None:
    database.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


def _maintenance(*, autocommit: bool = True) -> Connection:
    """A connection to a database of the server that is not the configured one."""
    with suppress(places.NoDatabaseError):
        return places.connect(MAINTENANCE[0], autocommit=autocommit)
    return places.connect(MAINTENANCE[1], autocommit=autocommit)
