"""Start and stop child processes that never outlive this one."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

CHILD = str(Path(__file__).with_name("child.py"))
SAME_USER = "same"


def start(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    death_signal: int = signal.SIGTERM,
    identity: str = SAME_USER,
    output: IO[bytes] | int | None = None,
    cwd: Path | None = None,
    own_session: bool = True,
) -> subprocess.Popen[bytes]:
    """Start ``command``; the kernel sends it ``death_signal`` should this process die.

    Call it from the main thread: the kernel watches the thread, not the process. With
    ``own_session`` a Ctrl-C in the terminal does not reach the child.
    """
    prefix = [sys.executable, "-IS", CHILD, str(os.getpid()), str(int(death_signal)), identity]
    return subprocess.Popen(
        [*prefix, "--", *command],
        env=dict(env) if env is not None else None,
        stdin=subprocess.DEVNULL if own_session else None,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        cwd=cwd,
        start_new_session=own_session,
    )


def stop(
    child: subprocess.Popen[bytes], *, with_signal: int = signal.SIGTERM, timeout: float = 8
) -> None:
    """End ``child`` politely, then by force; return once it is gone."""
    if child.poll() is None:
        child.send_signal(with_signal)
    try:
        child.wait(timeout)
    except subprocess.TimeoutExpired:
        kill_group(child)
        child.wait()


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the session that ``child`` leads, with or without its leader."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        child.kill()
