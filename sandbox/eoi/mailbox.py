"""The carriers' mailbox for decisions on EOI: a folder per employer group, to read and write."""

import os
from pathlib import Path
from typing import Any

import asyncssh

USERNAME = "sandbox-eoi"
PARTS = ("inbound", "processing", "archive", "rejected", "outbound")
FOLDER = "eoi"


class Mailbox(asyncssh.SFTPServer):
    """What AgencyHub sees when it signs in as ``USERNAME``: the groups' folders, nothing beyond."""

    def __init__(self, root: Path, channel: Any) -> None:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        super().__init__(channel, chroot=os.fsencode(root))


def root_of(data: Path) -> Path:
    """Where the groups' folders lie."""
    return data / "sftp" / FOLDER


def groups(root: Path) -> list[str]:
    """The groups that have a folder; AgencyHub makes them when it looks the first time."""
    if not root.is_dir():
        return []
    return sorted(path.name for path in root.iterdir() if (path / PARTS[0]).is_dir())


def files(root: Path, group: str, part: str) -> list[str]:
    """The files of a part of a group's folder, the newest name last."""
    folder = root / group / part
    if not folder.is_dir():
        return []
    shown = (path.name for path in folder.iterdir() if path.is_file())
    return sorted(name for name in shown if not name.startswith("."))


def drop(root: Path, group: str, name: str, content: bytes) -> None:
    """Put a file into a group's inbox as programs do: under another name until it is whole.

    Raises:
        KeyError: there is no such group, or the name is none of a file.
    """
    is_name = bool(name) and name == Path(name).name and not name.startswith(".")
    if group not in groups(root) or not is_name:
        raise KeyError
    part = root / group / PARTS[0] / f".{name}.part"
    part.write_bytes(content)
    part.replace(root / group / PARTS[0] / name)
