"""``bin/demo`` with everything it starts."""

import signal

import pytest

from agencyhub.runtime import demo
from agencyhub.runtime.home import Home
from tests.runtime.conftest import Launch, eventually, processes_of

pytestmark = pytest.mark.load
PROGRAMS = ["postgres", "valkey-server", "gunicorn", "quick@", "imports@", "beat", "sandbox"]


class TestDemo:
    def test_starts_answers_stops_and_leaves_nothing_behind(
        self, home: Home, launch: Launch, two_free_ports: tuple[int, int]
    ) -> None:
        port, sandbox_port = two_free_ports
        words = ("--port", str(port), "--sandbox-port", str(sandbox_port))
        ready = f"http://127.0.0.1:{port}/healthz"

        first = launch("demo", "--data", str(home.path), *words)
        # The first start fills the agency, beside whatever else the machine does.
        assert eventually(lambda: demo.answers(ready), seconds=420)
        alive = " ".join(processes_of(home.path))
        assert [name for name in PROGRAMS if name not in alive] == []

        first.send_signal(signal.SIGINT)
        output, _ = first.communicate(timeout=60)
        assert first.returncode == 0, output
        assert processes_of(home.path) == []

        second = launch("demo", "--data", str(home.path), *words)
        assert eventually(lambda: demo.answers(ready), seconds=180)
        second.kill()
        second.wait()
        eventually(lambda: processes_of(home.path) == [], seconds=60)
        assert processes_of(home.path) == []
