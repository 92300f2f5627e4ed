"""Homes that live for one run: tests and benchmarks."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from agencyhub.runtime.home import Home, Lock
from agencyhub.runtime.postgres import Postgres
from agencyhub.runtime.services import Services

PREFIX = "agencyhub-scratch-"
MEMORY = Path("/dev/shm")
NEEDED_BYTES = 2 * 1024**3
SETTLED_SECONDS = 60


def scratch_parent(*, in_memory: bool) -> Path:
    """Return where scratch homes go: memory when asked for and roomy, else the temporary files."""
    usable = in_memory and MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    if usable and shutil.disk_usage(MEMORY).free >= NEEDED_BYTES:
        return MEMORY
    return Path(tempfile.gettempdir())


def sweep(parent: Path) -> None:
    """Delete this user's scratch homes whose owner was killed, unless they are in the making."""
    before = time.time() - SETTLED_SECONDS
    for path in parent.glob(f"{PREFIX}*"):
        found = path.stat()
        lock = Lock(Home(path), "launcher")
        if found.st_uid == os.getuid() and found.st_mtime < before and lock.take():
            shutil.rmtree(path, ignore_errors=True)
            lock.release()


class Scratch:
    """A home in a new directory, with its services; ``stop`` deletes all of it."""

    def __init__(self, *, relaxed: bool) -> None:
        parent = scratch_parent(in_memory=relaxed)
        sweep(parent)
        self.home = Home(Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent)))
        self._lock = Lock(self.home, "launcher")
        self._lock.take()
        self._services = Services(self.home, relaxed=relaxed)

    def start(self) -> dict[str, str]:
        """Start the services; return the environment for child processes."""
        return self._services.start()

    def stop(self) -> None:
        """Stop the services and delete their data."""
        started = [service for service in self._services.running if isinstance(service, Postgres)]
        self._services.stop()
        for postgres in started:
            postgres.wipe()
        shutil.rmtree(self.home.path, ignore_errors=True)
        self._lock.release()
