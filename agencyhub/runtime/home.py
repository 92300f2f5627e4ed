"""The data directory of one installation, and the locks that guard it."""

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from agencyhub.runtime.errors import RuntimeProblem

REPOSITORY = Path(__file__).resolve().parent.parent.parent
# A socket's path may have 107 characters; PostgreSQL appends "/.s.PGSQL.5432.lock".
LONGEST_SOCKET_DIRECTORY = 80
MARKER = ".agencyhub-home"


@dataclass(frozen=True)
class Home:
    """Where the data, logs, keys and sockets of one installation lie. Absolute paths only."""

    path: Path

    @classmethod
    def at(cls, path: str | Path | None = None) -> "Home":
        """Return the home at ``path``, else ``AGENCYHUB_HOME``, else ``var`` in the repository."""
        chosen = path or os.environ.get("AGENCYHUB_HOME") or REPOSITORY / "var"
        return cls(Path(chosen).expanduser().resolve())

    @property
    def was_made(self) -> bool:
        """Whether ``create`` was called here before."""
        return (self.path / MARKER).exists()

    @property
    def secrets_file(self) -> Path:
        return self.path / "secrets.env"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def sockets(self) -> Path:
        """A private directory with a path short enough for sockets."""
        inside = self.path / "run"
        if len(str(inside)) <= LONGEST_SOCKET_DIRECTORY:
            return inside
        return private_directory_path(self.path, under=Path(tempfile.gettempdir()))

    def create(self) -> None:
        """Make the directories, readable by their owner only. Safe to repeat."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.path / MARKER).touch(mode=0o600)
        for directory in (self.logs, self.sockets):
            make_private(directory)

    def wipe(self) -> None:
        """Delete all data. Refuses a directory that this program did not make."""
        # Locks stay: whoever wipes holds one.
        entries = [entry for entry in self.path.glob("*") if entry.suffix != ".lock"]
        if entries and not self.was_made:
            msg = (
                f"{self.path} was not made by AgencyHub; it is not deleted. Choose another --data."
            )
            raise RuntimeProblem(msg)
        for entry in entries:
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def private_directory_path(home: Path, *, under: Path) -> Path:
    """Name a directory outside ``home`` that only this home and this user share."""
    digest = hashlib.sha256(f"{os.getuid()}:{home}".encode()).hexdigest()[:16]
    return under / f"agencyhub-{digest}"


def make_private(directory: Path) -> None:
    """Create ``directory`` with mode 0700, or make sure that it is ours and has it."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        msg = f"{directory} belongs to somebody else; remove it or choose another data directory."
        raise RuntimeProblem(msg)
    directory.chmod(0o700)


class Lock:
    """An advisory lock on a file in the home. The kernel frees it when its holder dies."""

    def __init__(self, home: Home, name: str) -> None:
        self._path = home.path / f"{name}.lock"
        self._file: IO[str] | None = None

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Take the lock; return False when another process holds it and ``wait`` is off."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._path.open("a")
        mode = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        try:
            fcntl.flock(file, mode)
        except BlockingIOError:
            file.close()
            return False
        self.release()
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None
