"""Run several programs as one: prefixed output, one end for all, nothing left behind."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

from agencyhub.runtime import process
from agencyhub.runtime.errors import RuntimeProblem
from agencyhub.runtime.home import REPOSITORY

STOP_SECONDS = 3.0  # for each of the two signals
TICK_SECONDS = 0.2
FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS = 1.0, 30.0, 60.0
STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):  # noqa: N818 - not an error: somebody asked
    """Somebody asked the supervisor to stop."""


@dataclass(frozen=True)
class Program:
    """A program to run. ``orphan_signal`` ends it when the supervisor itself was killed."""

    name: str
    command: list[str]
    orphan_signal: signal.Signals = signal.SIGTERM
    restarts: bool = False


class Running:
    """A started program and the thread that copies its output."""

    def __init__(self, program: Program, env: Mapping[str, str], say: Callable[..., None]) -> None:
        self.program = program
        self._env, self._say = env, say
        self.pause = FIRST_PAUSE
        self.start()

    def start(self) -> None:
        """Start it, the first time or again."""
        self.child = process.start(
            self.program.command,
            env=self._env,
            death_signal=self.program.orphan_signal,
            output=subprocess.PIPE,
            cwd=REPOSITORY,
        )
        self.began = time.monotonic()
        self.again_at: float | None = None
        self._reader = threading.Thread(target=self._copy, args=(self.child,), daemon=True)
        self._reader.start()

    def _copy(self, child: subprocess.Popen[bytes]) -> None:
        if child.stdout is None:
            return
        with child.stdout:
            for line in child.stdout:
                self._say(line.decode(errors="replace").rstrip(), name=self.program.name)

    def finish(self) -> None:
        """End what the program left behind, by force, and print its last words."""
        process.kill_group(self.child)
        self.child.wait()
        self._reader.join(1)


class Supervisor:
    """Keep programs running until somebody asks to stop or one of them dies.

    Use it as a context manager in the main thread: signals are handled meanwhile.
    """

    def __init__(self, *, watch: Callable[[], str | None]) -> None:
        self._watch = watch
        self._programs: list[Running] = []
        self._asked = 0
        self._printing = threading.Lock()
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> "Supervisor":
        for number in STOPPING_SIGNALS:
            before = signal.getsignal(number)
            if number == signal.SIGHUP and before == signal.SIG_IGN:
                continue  # started by nohup
            self._before[number] = before
            signal.signal(number, self._ask)
        return self

    def __exit__(self, *_problem: object) -> None:
        self.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked += 1

    def say(self, text: str, *, name: str = "demo") -> None:
        """Print one line under a name; a closed terminal is no reason to stop."""
        with self._printing, suppress(OSError, ValueError):
            sys.stdout.write(f"{name:>8} | {text}\n")
            sys.stdout.flush()

    def check(self) -> None:
        """Raise ``Stopped`` when asked to stop, ``RuntimeProblem`` when a service is gone."""
        if self._asked:
            raise Stopped
        problem = self._watch()
        if problem:
            raise RuntimeProblem(problem)

    def run(self, program: Program, env: Mapping[str, str]) -> None:
        """Run a program to its end. Raises ``RuntimeProblem`` when it fails."""
        running = Running(program, env, self.say)
        self._programs.append(running)
        while running.child.poll() is None:
            self.check()
            time.sleep(0.05)
        self._programs.remove(running)
        running.finish()
        if running.child.returncode != 0:
            msg = f"{program.name} failed with exit code {running.child.returncode}."
            raise RuntimeProblem(msg)

    def start(self, program: Program, env: Mapping[str, str]) -> None:
        """Start a program that is meant to stay."""
        self._programs.append(Running(program, env, self.say))

    def tick(self) -> None:
        """Look after everything once. Raises as ``check`` does, or when a program has ended."""
        self.check()
        for running in self._programs:
            if running.child.poll() is not None:
                self._ended(running)
        time.sleep(TICK_SECONDS)

    def _ended(self, running: Running) -> None:
        program, code = running.program, running.child.returncode
        if not program.restarts:
            running.finish()
            msg = f"{program.name} ended by itself (exit code {code}); its last words are above."
            raise RuntimeProblem(msg)
        now = time.monotonic()
        if running.again_at is None:
            running.finish()
            if now - running.began > STEADY_SECONDS:
                running.pause = FIRST_PAUSE
            running.again_at = now + running.pause
            self.say(f"{program.name} ended ({code}); starting it again in {running.pause:.0f} s")
            running.pause = min(running.pause * 2, LONGEST_PAUSE)
        elif now >= running.again_at:
            running.start()

    def stop(self) -> None:
        """End all programs at once; by force after six seconds, or at a second request."""
        asked = max(self._asked, 1)
        alive = self._programs
        # Celery finishes its tasks on the first signal and hands them back on the second.
        for number in (signal.SIGTERM, signal.SIGQUIT):
            alive = [running for running in alive if running.child.poll() is None]
            for running in alive:
                running.child.send_signal(number)
            deadline = time.monotonic() + STOP_SECONDS
            while alive and time.monotonic() < deadline and self._asked <= asked:
                time.sleep(0.05)
                alive = [running for running in alive if running.child.poll() is None]
        for running in alive:
            self.say(f"{running.program.name} does not stop; killing it")
        for running in self._programs:
            running.finish()
        self._programs.clear()
