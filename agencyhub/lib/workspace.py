"""Folders for open copies of files that are kept sealed; they outlive no process for long.

A process that is killed cannot clear its own away. The system takes its lock off, and whoever makes
the next folder on this machine removes what nobody holds.
"""

import fcntl
import os
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

PREFIX = "agencyhub-open-"
# A folder that is being made has no lock yet.
YOUNG_SECONDS = 60


class Folder(TemporaryDirectory[str]):
    """A folder of its own, readable by this user only, gone when it is left or cleaned up."""

    def __init__(self) -> None:
        clear()
        super().__init__(prefix=PREFIX)
        self._held = os.open(self.name, os.O_RDONLY)
        fcntl.flock(self._held, fcntl.LOCK_EX)

    def cleanup(self) -> None:
        """Remove the folder with all that is in it; again does nothing."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
        super().cleanup()

    _held: int | None


def clear() -> int:
    """Remove the folders of processes that were killed; how many there were."""
    return sum(_removed(path) for path in Path(gettempdir()).glob(f"{PREFIX}*"))


def _removed(path: Path) -> bool:
    try:
        found = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # somebody else's, or just removed
        return False
    try:
        if time.time() - os.fstat(found).st_mtime < YOUNG_SECONDS:
            return False
        fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody works in it
        return False
    else:
        shutil.rmtree(path, ignore_errors=True)
        return True
    finally:
        os.close(found)
