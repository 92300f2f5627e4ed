"""The embedded PostgreSQL: one cluster in the home, reachable by a private socket only."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg

from agencyhub.runtime import binaries, process
from agencyhub.runtime.errors import RuntimeProblem
from agencyhub.runtime.home import Home, private_directory_path

NAME = "agencyhub"
PORT = 5432
START_SECONDS = 60
BUILTIN_LOCALES_SINCE = 17
# The server keeps at hand an eighth of the machine's memory, within these bounds: a large import
# adds to ten indexes at a time, and costs an eighth more where they do not fit (ADR 0015).
SHARE, LEAST_MEGABYTES, MOST_MEGABYTES = 8, 128, 512
RELAXED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum_naptime=1d")
SETTINGS = (
    "listen_addresses=",
    f"port={PORT}",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "max_wal_size=2GB",
    "checkpoint_timeout=15min",
    "work_mem=16MB",
    "maintenance_work_mem=128MB",
    "effective_cache_size=1GB",
    "random_page_cost=1.1",
    "jit=off",
    "timezone=UTC",
    # What a log line could show of people's data stays out of it (home.server_log).
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
    "log_parameter_max_length_on_error=0",
    "log_checkpoints=off",
)


@dataclass(frozen=True)
class Seat:
    """Who runs the server, and where its files lie."""

    identity: str
    data: Path
    sockets: Path
    owner: tuple[int, int] | None = None


def namespaces_work() -> bool:
    """Say whether this machine lets us run a program in a user namespace."""
    child = process.start(["true"], identity="namespace", output=subprocess.DEVNULL)
    return child.wait() == 0


def reachable_by_others(path: Path) -> bool:
    """Say whether a user with no rights of its own can walk down to ``path``."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)


def shared_buffers() -> str:
    """Return the setting for this machine, or as ``AGENCYHUB_SHARED_BUFFERS`` says ("8GB")."""
    if chosen := os.environ.get("AGENCYHUB_SHARED_BUFFERS"):
        return f"shared_buffers={chosen}"
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2
    megabytes = min(max(machine // SHARE, LEAST_MEGABYTES), MOST_MEGABYTES)
    return f"shared_buffers={megabytes}MB"


def seat_for(home: Home) -> Seat:
    """Choose how PostgreSQL, which refuses root, runs for this home.

    An ordinary user: as that user. Root: as itself inside a user namespace; where those are
    forbidden, as ``nobody``, whose files move to /var/tmp when the home is closed to it.
    """
    inside = home.path / "postgres"
    if os.geteuid() != 0:
        return Seat(process.SAME_USER, inside, home.sockets)
    if os.environ.get("AGENCYHUB_USER_NAMESPACE") != "off" and namespaces_work():
        return Seat("namespace", inside, home.sockets)
    nobody = pwd.getpwnam("nobody")
    outside = private_directory_path(home.path, under=Path("/var/tmp"))
    if reachable_by_others(home.path):
        home.path.chmod(home.path.stat().st_mode | stat.S_IXOTH)
    else:
        inside = outside
    owner = (nobody.pw_uid, nobody.pw_gid)
    return Seat(
        f"user:{owner[0]}:{owner[1]}", inside, outside.with_name(outside.name + "-run"), owner
    )


class Postgres:
    """One embedded server. ``relaxed`` trades safety at a power cut for speed: tests only."""

    name = "PostgreSQL"

    def __init__(self, home: Home, *, relaxed: bool = False) -> None:
        self.log_file = home.logs / "postgres.log"
        self._programs = binaries.postgres_directory()
        self._seat = seat_for(home)
        self._relaxed = relaxed
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The value for ``DATABASE_URL``."""
        return f"postgresql://{NAME}@/{NAME}?host={self._seat.sockets}&port={PORT}"

    def wipe(self) -> None:
        """Delete the cluster wherever it lies."""
        shutil.rmtree(self._seat.data, ignore_errors=True)
        if self._seat.owner is not None:
            shutil.rmtree(self._seat.sockets, ignore_errors=True)

    def start(self) -> None:
        """Create the cluster when there is none, start the server, wait until it answers.

        A server that was killed leaves back ends behind for a moment; starting is tried again
        until they are gone. Raises ``RuntimeProblem`` after a minute, or at once when the
        data was made by another major version.
        """
        self._own(self._seat.sockets)
        self._initialise()
        self._check_version()
        deadline = time.monotonic() + START_SECONDS
        while not self._start_once(deadline):
            if time.monotonic() > deadline:
                msg = f"PostgreSQL does not start. Its last words are in {self.log_file}."
                raise RuntimeProblem(msg)
            time.sleep(0.2)

    def stop(self) -> None:
        """Shut down fast but cleanly: open transactions are rolled back."""
        if self.child is not None:
            process.stop(self.child, with_signal=signal.SIGINT)
            self.child = None

    def _own(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._seat.owner is not None:
            os.chown(directory, *self._seat.owner)

    def _initialise(self) -> None:
        data = self._seat.data
        if (data / "PG_VERSION").exists():
            return
        # Made beside its place and moved: a killed initdb leaves nothing that looks finished.
        fresh = data.with_name(data.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._own(fresh)
        locale = ["--locale=C.UTF-8"]
        if binaries.postgres_major(self._programs) >= BUILTIN_LOCALES_SINCE:
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [
            *(str(self._programs / "initdb"), "--pgdata", str(fresh), "--username", NAME),
            *("--auth=trust", "--encoding=UTF8", *locale),
            *(["--no-sync"] if self._relaxed else []),
        ]
        with self.log_file.open("ab") as log:
            code = self._run(command, log).wait()
        if code != 0:
            msg = f"initdb failed ({code}). Its words are at the end of {self.log_file}."
            raise RuntimeProblem(msg)
        if data.exists():
            data.rmdir()
        fresh.rename(data)

    def _check_version(self) -> None:
        made_by = int((self._seat.data / "PG_VERSION").read_text())
        have = binaries.postgres_major(self._programs)
        if made_by != have:
            msg = (
                f"{self._seat.data} was made by PostgreSQL {made_by}, but {have} is installed. "
                "Point AGENCYHUB_PG_BIN at the old version, or back up and restore."
            )
            raise RuntimeProblem(msg)

    def _run(self, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        return process.start(
            command,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            death_signal=signal.SIGINT,
            identity=self._seat.identity,
            output=log,
            cwd=Path("/"),
        )

    def _start_once(self, deadline: float) -> bool:
        """Try once. Return False when the server gave up and may be tried again."""
        settings = [*SETTINGS, shared_buffers(), f"unix_socket_directories={self._seat.sockets}"]
        settings += RELAXED if self._relaxed else ()
        options = [part for setting in settings for part in ("-c", setting)]
        with self.log_file.open("ab") as log:
            program = str(self._programs / "postgres")
            self.child = self._run([program, "-D", str(self._seat.data), *options], log)
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                return False
            if self._answers():
                return True
            time.sleep(0.03)
        return False

    def _answers(self) -> bool:
        """Say whether the server takes connections; make sure our database exists."""
        where = psycopg.conninfo.make_conninfo(
            host=str(self._seat.sockets), port=PORT, user=NAME, dbname="postgres"
        )
        try:
            with psycopg.connect(where, autocommit=True) as connection:
                query = "select 1 from pg_database where datname = %s"
                if connection.execute(query, [NAME]).fetchone() is None:
                    connection.execute(f'create database "{NAME}"')
        except psycopg.OperationalError:
            return False
        return True
