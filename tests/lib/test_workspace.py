"""Open copies of files do not stay behind, even when their process is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agencyhub.lib import workspace
from agencyhub.runtime.home import REPOSITORY

OLD = 3600
HOLD = """
import sys, time
from agencyhub.lib.workspace import Folder
folder = Folder()
print(folder.name, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(workspace, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.fixture
def other(tmp_path):
    """A process that works in a folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    process.folder = Path(process.stdout.readline().strip())
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def aged(path, seconds=OLD):
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_is_private_and_gone_when_it_is_left():
    with workspace.Folder() as name:
        path = Path(name)
        (path / "file").write_bytes(b"Lopez")
        assert path.stat().st_mode & 0o777 == 0o700

    assert not path.exists()


def test_what_a_killed_process_left_is_removed_by_the_next_folder(other):
    (other.folder / "file").write_bytes(b"Lopez")
    aged(other.folder)
    os.kill(other.pid, signal.SIGKILL)
    other.wait()

    with workspace.Folder():
        assert not other.folder.exists()


def test_what_others_work_in_stays(other):
    aged(other.folder)

    assert workspace.clear() == 0
    assert other.folder.exists()


def test_a_folder_that_is_being_made_stays(tmp_path):
    made = tmp_path / f"{workspace.PREFIX}made"
    made.mkdir()

    assert workspace.clear() == 0
    aged(made)
    assert workspace.clear() == 1


def test_nothing_but_such_folders_is_removed(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / f"{workspace.PREFIX}link").symlink_to(elsewhere)
    (tmp_path / f"{workspace.PREFIX}file").write_bytes(b"x")
    aged(elsewhere)

    assert workspace.clear() == 0
    assert elsewhere.exists()


def test_cleaning_up_twice_does_nothing():
    folder = workspace.Folder()
    folder.cleanup()
    folder.cleanup()
