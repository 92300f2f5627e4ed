"""Servers and processes of their own that are killed and come back, as a supervisor keeps them.

PostgreSQL keeps what it confirmed (``fsync`` on); Valkey comes back empty, as one without a disk.
Nothing of Django is imported here: this starts before the settings are read.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

from agencyhub.runtime import demo, process
from agencyhub.runtime.home import REPOSITORY, Home
from agencyhub.runtime.postgres import Postgres
from agencyhub.runtime.services import Services
from agencyhub.runtime.supervisor import Program
from agencyhub.runtime.valkey import Valkey
from bench.servers import free_port

# What systemd and Kubernetes wait, too, before they start an ended program again.
PAUSE_SECONDS = 1.0
GENTLE_SECONDS = 6.0


class Kept:
    """A program that is started again whenever it ends."""

    def __init__(self, program: Program, env: dict[str, str], log: Path) -> None:
        self.program, self._env, self._log = program, env, log
        self.starts = 0
        self._start()

    def _start(self) -> None:
        with self._log.open("ab") as output:
            self.child = process.start(
                self.program.command,
                env=self._env,
                death_signal=signal.SIGKILL,
                output=output,
                cwd=REPOSITORY,
            )
        self.starts += 1
        self._ended_at = 0.0

    def look(self) -> None:
        """Start it again a moment after it ended; what it left behind ends with it."""
        if self.child.poll() is None:
            return
        if not self._ended_at:
            process.kill_group(self.child)
            self._ended_at = time.monotonic()
        elif time.monotonic() - self._ended_at >= PAUSE_SECONDS:
            self._start()

    def kill(self) -> bool:
        """Kill the program itself; say whether it ran."""
        runs = self.child.poll() is None
        if runs:
            self.child.send_signal(signal.SIGKILL)
        return runs

    def kill_part(self, dice: Random) -> bool:
        """Kill one of the processes that it started, without asking it."""
        return _kill_one(_children(self.child.pid), dice)

    def stop(self) -> None:
        """End it for good."""
        process.stop(self.child, timeout=GENTLE_SECONDS)
        process.kill_group(self.child)


class Cluster:
    """One installation: PostgreSQL, Valkey, and the programs that ``docs/running.md`` lists."""

    def __init__(self) -> None:
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        self.home = Home(Path(tempfile.mkdtemp(prefix="agencyhub-faults-")))
        self._services = Services(self.home)
        self.env: dict[str, str] = {}
        self.kept: dict[str, Kept] = {}
        self.port = free_port()

    def start_servers(self) -> None:
        """Start both servers, and let this process and its children find them."""
        self.env = self._services.start()
        self.env["LOG_LEVEL"] = "WARNING"
        os.environ.update(self.env)

    def start_programs(self) -> None:
        """Start web, workers and beat."""
        options = demo.DemoOptions(
            home=self.home, port=self.port, sandbox_port=0, fresh=False, sandbox=False
        )
        for program in demo.programs(options):
            log = self.home.logs / f"{program.name}.log"
            self.kept[program.name] = Kept(program, self.env, log)

    def look(self) -> None:
        """See to everything once: call it all the time, from the main thread."""
        for kept in self.kept.values():
            kept.look()

    @property
    def postgres(self) -> Postgres:
        return next(one for one in self._services.running if isinstance(one, Postgres))

    @property
    def valkey(self) -> Valkey:
        return next(one for one in self._services.running if isinstance(one, Valkey))

    def lose_valkey(self) -> bool:
        """Kill Valkey and start an empty one: every queue, lock and cached value is gone."""
        _kill(self.valkey.child)
        shutil.rmtree(self.home.path / "valkey", ignore_errors=True)
        self.valkey.start()
        return True

    def crash_postgres(self, number: signal.Signals) -> bool:
        """End PostgreSQL without a shutdown, and start it: it recovers from its log."""
        _kill(self.postgres.child, number)
        self.postgres.start()
        return True

    def crash_backend(self, dice: Random) -> bool:
        """Kill a process of PostgreSQL: it ends all connections and recovers by itself."""
        server = self.postgres.child
        return server is not None and _kill_one(_children(server.pid), dice)

    def stop(self) -> None:
        """End everything and delete it."""
        for kept in self.kept.values():
            kept.stop()
        postgres = self.postgres if self._services.running else None
        self._services.stop()
        if postgres:
            postgres.wipe()
        shutil.rmtree(self.home.path, ignore_errors=True)


CURRENT: list[Cluster] = []


@contextmanager
def running() -> Iterator[Cluster]:
    """A cluster with its servers while the block runs; ``CURRENT`` holds it meanwhile."""
    cluster = Cluster()
    CURRENT.append(cluster)
    try:
        cluster.start_servers()
        yield cluster
    finally:
        if keep := os.environ.get("BENCH_KEEP_LOGS"):
            shutil.copytree(cluster.home.logs, keep, dirs_exist_ok=True)
        cluster.stop()
        CURRENT.clear()


def _kill(child: "subprocess.Popen[bytes] | None", number: signal.Signals = signal.SIGKILL) -> None:
    if child is not None:
        child.send_signal(number)
        child.wait()


def _kill_one(pids: list[int], dice: Random) -> bool:
    if not pids:
        return False
    with suppress(ProcessLookupError):
        os.kill(dice.choice(pids), signal.SIGKILL)
    return True


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
