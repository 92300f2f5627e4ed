"""ZIP archives: what they would unpack to, and their members under names of our own."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from shutil import copyfileobj

from django.utils.translation import gettext_noop

from agencyhub.lib.reading.limits import MEGABYTE, Limits, UnreadableFileError
from agencyhub.lib.reading.sniffing import BROKEN_ZIP, DAMAGED

MAX_PARTS = 10_000
# A list packs to a twentieth; what packs to much less is made to harm.
MAX_RATIO = 200
HARMLESS = 32 * MEGABYTE
ENCRYPTED = 0x1
PROTECTED_MEMBER = gettext_noop(
    "The archive is protected by a password. Unpack it and choose the list in it."
)


@dataclass(frozen=True)
class Member:
    """An unpacked file, and the name it has in the archive without its folders."""

    name: str
    path: Path


def unpacked_size(path: Path, *, limits: Limits) -> int:
    """Add up what an archive says that it unpacks to.

    Raises:
        UnreadableFileError: damaged, outside the limits, or made to harm.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except BROKEN_ZIP as error:
        raise UnreadableFileError(DAMAGED) from error
    size = sum(part.file_size for part in parts)
    limits.check_unpacked(size)
    if len(parts) > MAX_PARTS or size > max(HARMLESS, MAX_RATIO * path.stat().st_size):
        msg = gettext_noop(
            "The file unpacks to far more than a list needs. Export the list again, as CSV."
        )
        raise UnreadableFileError(msg)
    return size


def unpack(path: Path, *, folder: Path, limits: Limits) -> Iterator[Member]:
    """Unpack the files of an archive one by one, under numbers: no name of it reaches the disk.

    Raises:
        UnreadableFileError: damaged, protected, outside the limits, or with too many files.
    """
    unpacked_size(path, limits=limits)
    with zipfile.ZipFile(path) as archive:
        parts = [part for part in archive.infolist() if _is_meant(part)]
        if len(parts) > limits.sheets:
            msg = gettext_noop(
                "The archive has %(count)s files; at most %(sheets)s can be read."
            ) % {"count": len(parts), "sheets": limits.sheets}
            raise UnreadableFileError(msg)
        for number, part in enumerate(parts):
            if part.flag_bits & ENCRYPTED:
                raise UnreadableFileError(PROTECTED_MEMBER)
            target = folder / f"member{number}"
            try:
                with archive.open(part) as packed, target.open("wb") as file:
                    copyfileobj(packed, file)
            except BROKEN_ZIP as error:
                raise UnreadableFileError(DAMAGED) from error
            yield Member(PurePosixPath(part.filename.replace("\\", "/")).name, target)


def _is_meant(part: zipfile.ZipInfo) -> bool:
    """Leave out folders and what operating systems add."""
    name = PurePosixPath(part.filename)
    is_added = name.name.startswith(".") or "__MACOSX" in name.parts or name.name == "Thumbs.db"
    return not part.is_dir() and not is_added and part.file_size > 0
