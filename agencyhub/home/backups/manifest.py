"""What a backup says about itself: ``manifest.json``, written last."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from agencyhub.lib.errors import DomainError

FILE = "manifest.json"
FORMAT = 1
PIECE = 1024 * 1024


class NotABackupError(DomainError):
    """The directory holds no whole backup of a form that we know."""

    code = "not_a_backup"


@dataclass(frozen=True)
class Manifest:
    """One backup: when, of what, and what has to come back.

    ``tables``: rows and sum by table. ``files``: size and SHA-256 by path below the backup's
    directory: the parts of the dump, and what lay in the vault.
    """

    format: int
    made_at: str
    version: str
    server: int
    migrations: list[str]
    tables: dict[str, dict[str, Any]]
    sequences: dict[str, int]
    sealing_keys: list[str]
    index_key: str
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(int(table["rows"]) for table in self.tables.values())


def write(manifest: Manifest, directory: Path) -> None:
    """Write it so that it is there whole, and on the disk, or not at all."""
    path = directory / FILE
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as target:
        json.dump(asdict(manifest), target, indent=1, sort_keys=True)
        target.flush()
        os.fsync(target.fileno())
    fresh.replace(path)


def read(directory: Path) -> Manifest:
    """Read what a backup says about itself.

    Raises:
        NotABackupError: there is none, or it is of a later form.
    """
    try:
        told = json.loads((directory / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = gettext_noop("%(directory)s holds no whole backup: it has no readable %(file)s.") % {
            "directory": directory, "file": FILE,
        }  # fmt: skip
        raise NotABackupError(msg) from error
    if told.get("format") != FORMAT:
        msg = gettext_noop(
            "%(directory)s was made by another version of AgencyHub (form %(format)s; this one"
            " reads form %(own)s). Restore it with that version."
        ) % {"directory": directory, "format": told.get("format"), "own": FORMAT}
        raise NotABackupError(msg)
    return Manifest(**told)


def describe(directory: Path) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of everything below a directory, by its path there."""
    return {
        str(path.relative_to(directory)): {"size": path.stat().st_size, "sha256": digest_of(path)}
        for path in _files(directory)
    }


def check_files(manifest: Manifest, directory: Path) -> None:
    """Compare every file of a backup with what the manifest says.

    Raises:
        NotABackupError: names the first that is missing or other than it was.
    """
    for name, told in manifest.files.items():
        path = directory / name
        is_same = path.is_file() and path.stat().st_size == told["size"]
        if not is_same or digest_of(path) != told["sha256"]:
            msg = gettext_noop(
                "The backup is damaged: %(file)s is missing or not as it was written. Take another."
            ) % {"file": name}
            raise NotABackupError(msg)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _files(directory: Path) -> Iterator[Path]:
    return (path for path in sorted(directory.rglob("*")) if path.is_file())
