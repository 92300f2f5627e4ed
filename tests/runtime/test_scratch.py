"""Homes for one run."""

import os
import time
from pathlib import Path

import psycopg
import pytest

from agencyhub.runtime.home import Home, Lock
from agencyhub.runtime.scratch import PREFIX, Scratch, sweep
from tests.runtime.conftest import processes_of


def scratch_left(parent: Path, name: str, *, seconds_ago: float) -> Path:
    path = parent / f"{PREFIX}{name}"
    path.mkdir()
    os.utime(path, (time.time() - seconds_ago,) * 2)
    return path


class TestSweep:
    def test_deletes_what_a_killed_run_left(self, tmp_path: Path) -> None:
        left = scratch_left(tmp_path, "left", seconds_ago=120)

        sweep(tmp_path)

        assert not left.exists()

    def test_keeps_a_home_in_use_one_just_made_and_other_files(self, tmp_path: Path) -> None:
        used = scratch_left(tmp_path, "used", seconds_ago=120)
        lock = Lock(Home(used), "launcher")
        assert lock.take()
        os.utime(used, (time.time() - 120,) * 2)
        young = scratch_left(tmp_path, "young", seconds_ago=1)
        other = tmp_path / "agencyhub-else"
        other.mkdir()

        sweep(tmp_path)
        lock.release()

        assert [path.exists() for path in (used, young, other)] == [True, True, True]


class TestScratch:
    @pytest.mark.usefixtures("no_services_given")
    def test_gives_services_and_takes_everything_away_again(self) -> None:
        scratch = Scratch(relaxed=True)
        env = scratch.start()
        with psycopg.connect(env["DATABASE_URL"]) as connection:
            setting = connection.execute("show fsync").fetchone()

        scratch.stop()

        assert setting == ("off",)
        assert env["AGENCYHUB_HOME"] == str(scratch.home.path)
        assert not scratch.home.path.exists()
        assert processes_of(scratch.home.path) == []
