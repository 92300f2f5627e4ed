"""gunicorn as ``bin/demo`` starts it, for the product or for the bare views."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"
START_SECONDS = 60
PRODUCT = "agencyhub.wsgi"
BARE = "bench.bare.wsgi"


@contextmanager
def serving(application: str, *, database: str) -> Iterator[int]:
    """Serve a WSGI module on a free port of this machine while the block runs; yield the port."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--config", "python:agencyhub.settings.gunicorn"),
        *("--bind", f"{HOST}:{port}", "--graceful-timeout", "4", application),
    ]
    environment = os.environ | {"DATABASE_URL": database}
    if application == BARE:
        environment["DJANGO_SETTINGS_MODULE"] = "bench.bare.settings"
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    msg = "gunicorn does not start."
    raise RuntimeError(msg)
