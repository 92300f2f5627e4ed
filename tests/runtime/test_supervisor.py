"""The supervisor, with small programs."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from agencyhub.runtime.errors import RuntimeProblem
from agencyhub.runtime.supervisor import Program, Stopped, Supervisor
from tests.runtime.conftest import eventually, processes_of


def shell(name: str, script: str, *, restarts: bool = False) -> Program:
    return Program(name, ["sh", "-c", script], restarts=restarts)


def nothing_wrong() -> None:
    return None


class TestSupervisor:
    def test_prints_output_under_the_name_of_its_program(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with Supervisor(watch=nothing_wrong) as supervisor:
            supervisor.run(shell("prepare", "echo one; echo two >&2"), os.environ)

        assert capsys.readouterr().out == " prepare | one\n prepare | two\n"

    def test_reports_a_step_that_fails(self) -> None:
        with Supervisor(watch=nothing_wrong) as supervisor:
            with pytest.raises(RuntimeProblem, match="prepare failed with exit code 3"):
                supervisor.run(shell("prepare", "exit 3"), os.environ)

    def test_ends_all_when_one_program_ends(self, tmp_path: Path) -> None:
        env = {**os.environ, "AGENCYHUB_HOME": str(tmp_path)}
        with Supervisor(watch=nothing_wrong) as supervisor:
            supervisor.start(shell("steady", "sleep 60"), env)
            supervisor.start(shell("web", "exit 4"), env)
            with pytest.raises(RuntimeProblem, match=r"web ended by itself \(exit code 4\)"):
                tick_for(supervisor, seconds=50)

        assert eventually(lambda: processes_of(tmp_path) == [])

    def test_starts_a_worker_again_with_growing_pauses(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("agencyhub.runtime.supervisor.FIRST_PAUSE", 0.2)
        starts = tmp_path / "starts"
        worker = shell("worker", f"echo x >>{starts}; exit 1", restarts=True)
        with Supervisor(watch=nothing_wrong) as supervisor:
            supervisor.start(worker, os.environ)
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and starts_of(starts) < 3:
                supervisor.tick()

        assert starts_of(starts) == 3
        assert "worker ended (1); starting it again" in capsys.readouterr().out

    def test_stops_when_a_service_is_gone(self) -> None:
        with Supervisor(watch=lambda: "PostgreSQL ended by itself.") as supervisor:
            with pytest.raises(RuntimeProblem, match="PostgreSQL ended by itself"):
                supervisor.tick()

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_stops_on_request(self, number: signal.Signals) -> None:
        with Supervisor(watch=nothing_wrong) as supervisor:
            supervisor.start(shell("steady", "sleep 60"), os.environ)
            os.kill(os.getpid(), number)
            with pytest.raises(Stopped):
                supervisor.tick()
            began = time.monotonic()

        assert time.monotonic() - began < 3

    def test_kills_a_program_that_does_not_stop_and_its_children(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agencyhub.runtime.supervisor.STOP_SECONDS", 0.5)
        env = {**os.environ, "AGENCYHUB_HOME": str(tmp_path)}
        ready = tmp_path / "ready"
        stubborn = f"trap '' TERM; echo x >{ready}; sleep 60 & sleep 60; sleep 60"
        with Supervisor(watch=nothing_wrong) as supervisor:
            supervisor.start(shell("stubborn", stubborn), env)
            assert eventually(ready.exists)

        assert eventually(lambda: processes_of(tmp_path) == [])


def tick_for(supervisor: Supervisor, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        supervisor.tick()


def starts_of(file: Path) -> int:
    return len(file.read_text().splitlines()) if file.exists() else 0


class TestProcess:
    def test_ends_with_its_parent_even_when_started_too_late(self, tmp_path: Path) -> None:
        child = Path(__file__).parents[2] / "agencyhub" / "runtime" / "child.py"
        marker = tmp_path / "ran"
        command = [sys.executable, "-IS", str(child), "1", "15", "same", "--"]

        code = os.spawnv(os.P_WAIT, command[0], [*command, "touch", str(marker)])

        assert code == 0
        assert not marker.exists()
