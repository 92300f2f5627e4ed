"""Homes and launchers to try the runtime on."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agencyhub.runtime.home import REPOSITORY, Home

GIVEN = (
    *("DATABASE_URL", "REDIS_URL", "AGENCYHUB_HOME", "DJANGO_SETTINGS_MODULE", "LOG_FORMAT"),
    *("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "BLIND_INDEX_KEY"),
)


def eventually(condition: Callable[[], object], *, seconds: float = 60) -> bool:
    """Say whether ``condition`` holds within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def processes_of(home: Path) -> list[str]:
    """Return the command lines of living processes that name ``home``, work for it or in it.

    Valkey writes its title over its environment, and names no socket whose path is too long.
    """
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            variables = (entry / "environ").read_bytes().decode(errors="replace")
            place = (entry / "cwd").readlink()
        except OSError:
            continue
        ours = str(home) in command or f"AGENCYHUB_HOME={home}\0" in variables
        ours = ours or place.is_relative_to(home)
        if ours and command and int(entry.name) != os.getpid():
            found.append(f"{entry.name} {command}")
    return found


@pytest.fixture
def no_services_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the services of the test run, so that the runtime starts its own."""
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home(tmp_path: Path, no_services_given: None) -> Home:
    """An empty home."""
    return Home(tmp_path / "home")


Launch = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def launch(home: Home) -> Iterator[Launch]:
    """Start ``python -m agencyhub.runtime`` with words; kill what is left at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str, **env: str) -> subprocess.Popen[str]:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "agencyhub.runtime", *words],
            cwd=REPOSITORY,
            env={**os.environ, **env},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        started.append(launcher)
        return launcher

    yield start
    for launcher in started:
        if launcher.poll() is None:
            launcher.send_signal(signal.SIGKILL)
        launcher.communicate()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@pytest.fixture
def two_free_ports() -> tuple[int, int]:
    """Two ports nobody listens on."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])
