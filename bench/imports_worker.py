"""A worker of the queue of imports, and how much memory it takes."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import databases


@dataclass
class Worker:
    """A worker of the queue ``imports``, and the most memory that it took, in MiB."""

    child: "subprocess.Popen[bytes]"
    most: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look at the memory until the end."""
        while not self._over.wait(0.05):
            self.most = max(self.most, _memory(self.child.pid))

    def stop(self) -> float:
        """End watching; answer the most that was seen."""
        self._over.set()
        return round(self.most, 1)


@contextmanager
def working() -> Iterator[Worker]:
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "agencyhub", "worker"]
    words = ["--queues", "imports", "--concurrency", "1", "--loglevel", "ERROR"]
    quiet = ["--without-gossip", "--without-mingle"]
    environment = os.environ | {"DATABASE_URL": databases.own_url()}
    child = subprocess.Popen([*command, *words, *quiet], env=environment)
    worker = Worker(child)
    watcher = threading.Thread(target=worker.watch, daemon=True)
    watcher.start()
    try:
        yield worker
    finally:
        worker.stop()
        child.terminate()
        child.wait()


def _memory(pid: int) -> float:
    """What a process and its children hold, shared pages shared out, in MiB."""
    total = 0.0
    for one in (pid, *_children(pid)):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return total


def _children(pid: int) -> list[int]:
    try:
        direct = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [number for child in map(int, direct) for number in (child, *_children(child))]
