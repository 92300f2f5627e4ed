"""A backup: everything of one moment, in a directory that appears when it is whole."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop
from psycopg import IsolationLevel

from agencyhub.home.backups import facts, manifest, places
from agencyhub.home.backups.manifest import Manifest
from agencyhub.home.backups.places import Connection
from agencyhub.lib.errors import DomainError

DATABASE, FILES, WORDS = "database", "files", "words.txt"
UNFINISHED = ".unfinished"
# What is being written has no place in a backup: nothing names it yet.
GROWING = ".new"


class BackupPlaceError(DomainError):
    """The backup cannot be written where it was asked for."""

    code = "backup_place"


def backup(*, directory: Path, at: datetime, jobs: int = 2) -> Manifest:
    """Write a backup into ``directory``, which must not be there yet.

    The database as it is at one moment, with counts and sums of every table at that moment, and the
    files of the vault. No key is in it. A backup that is killed leaves only a directory named
    ``….unfinished``, which the next one to the same place removes.

    Raises:
        BackupPlaceError: the directory is there, or another backup writes to it.
        NoDatabaseError, NoProgramError, ProgramFailedError: see ``places``.
    """
    directory = directory.resolve()
    if directory.exists():
        msg = gettext_noop(
            "%(directory)s is there already. A backup never overwrites: choose another."
        ) % {"directory": directory}
        raise BackupPlaceError(msg)
    with _growing(directory) as (growing, lock):
        with places.connect(places.name(), autocommit=False) as database:
            told = _save(database, growing, lock=lock, at=at, jobs=jobs)
        manifest.write(told, growing)
        _sync(growing)
        growing.rename(directory)
        _sync_directory(directory.parent)
    return told


def _save(database: Connection, growing: Path, *, lock: int, at: datetime, jobs: int) -> Manifest:
    database.isolation_level = IsolationLevel.REPEATABLE_READ
    database.read_only = True
    (snapshot,) = database.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
    _copy_vault(growing / FILES)
    words = growing / WORDS
    command = [
        *(places.program("pg_dump", server=places.server_major(database)), "--format=directory"),
        *(f"--file={growing / DATABASE}", f"--snapshot={snapshot}", f"--jobs={jobs}"),
        *("--compress=1", "--no-owner", "--no-privileges", "--no-password"),
    ]
    with words.open("wb") as output:
        dumping = subprocess.Popen(
            command, env=places.environment(places.name()), stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, pass_fds=[lock],
        )  # fmt: skip
    try:
        counted = facts.sums(database)
        code = dumping.wait()
    except BaseException:
        dumping.kill()
        dumping.wait()
        raise
    places.check(code, of="pg_dump", words=words)
    words.unlink()
    return Manifest(
        format=manifest.FORMAT,
        made_at=at.isoformat(),
        version=own_version(),
        server=places.server_major(database),
        migrations=facts.migrations(database),
        tables=counted,
        sequences=facts.sequences(database),
        sealing_keys=facts.sealing_keys(),
        index_key=facts.index_key(),
        files=manifest.describe(growing),
    )


def own_version() -> str:
    """The version of AgencyHub; a checkout has none."""
    try:
        return version("agencyhub")
    except PackageNotFoundError:
        return ""


def _copy_vault(target: Path) -> None:
    """Copy the files as they are, sealed. One that is deleted meanwhile had its time anyway."""
    source = Path(settings.MEDIA_ROOT)
    target.mkdir(mode=0o700)
    for path in sorted(source.rglob("*")) if source.is_dir() else []:
        if not path.is_file() or path.suffix == GROWING:
            continue
        copied = target / path.relative_to(source)
        copied.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            shutil.copyfile(path, copied)


@contextmanager
def _growing(directory: Path) -> Iterator[tuple[Path, int]]:
    """A directory to write to, alone; it is gone at the end unless it was renamed.

    The lock is handed to ``pg_dump`` as well: while one lives whose parent was killed, nobody takes
    the directory away below it.
    """
    growing = directory.with_name(directory.name + UNFINISHED)
    directory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    growing.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(growing, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = gettext_noop("Another backup writes to %(directory)s.") % {"directory": directory}
            raise BackupPlaceError(msg) from error
        _empty(growing)
        try:
            yield growing, lock
        finally:
            shutil.rmtree(growing, ignore_errors=True)
    finally:
        os.close(lock)


def _empty(directory: Path) -> None:
    for path in directory.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _sync(directory: Path) -> None:
    """Let the disk have every file before the backup gets its name."""
    for path in directory.rglob("*"):
        if path.is_dir():
            _sync_directory(path)
        else:
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
    _sync_directory(directory)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
