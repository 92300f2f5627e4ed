"""Where files lie: sealed in segments, so that neither reading nor writing holds a whole file.

Each segment is sealed for its place in its file, and the last one says that it is: segments that
were left out, swapped or taken from another file do not open. Each kind of file has a vault of its
own, so that nobody opens or sweeps another's.
"""

import os
import struct
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext

from agencyhub.lib.crypto import UnreadableSecretError, key_ring

SEGMENT = 4 * 1024 * 1024
GROWING = ".new"
# Segments after which the disk is told to begin, so that little is left to wait for at the end.
SYNCED = 8
_LENGTH = struct.Struct("<I")


def new_name() -> str:
    """A name that tells nothing about what it is given to."""
    return uuid4().hex


class Vault:
    """The files of one kind, in a folder of their own below ``MEDIA_ROOT``."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Seal bytes under ``name``; the file is there whole or not at all."""
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        growing = path.with_name(f"{path.name}{GROWING}")
        with os.fdopen(
            os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        ) as target:
            _seal(target, chunks, purpose_of=partial(self._purpose, name))
            target.flush()
            os.fsync(target.fileno())
        growing.replace(path)

    def read(self, name: str) -> Iterator[bytes]:
        """Open what ``write`` sealed, segment by segment.

        Raises:
            UnreadableSecretError: altered, cut short, or sealed with a key that is not configured.
        """
        ring = key_ring()
        with self._path(name).open("rb") as source:
            head = source.read(_LENGTH.size)
            if not head:
                msg = gettext("This file is empty in the vault.")
                raise UnreadableSecretError(msg)
            number = 0
            while head:
                sealed = source.read(_LENGTH.unpack(head)[0])
                head = source.read(_LENGTH.size)
                yield ring.open(sealed, purpose=self._purpose(name, number, is_last=not head))
                number += 1

    def names(self) -> Iterator[str]:
        """The names of everything that lies here."""
        for path in sorted(self._root().glob("*/*")):
            if path.suffix != GROWING:
                yield path.name

    def reseal(self, name: str) -> bool:
        """Seal a file with the newest key, unless it is; say whether it was sealed anew.

        Raises:
            UnreadableSecretError: see ``read``.
        """
        try:
            with self._path(name).open("rb") as source:
                first = source.read(_LENGTH.unpack(source.read(_LENGTH.size))[0])
            if key_ring().is_current(first):
                return False
            self.write(name, self.read(name))
        except FileNotFoundError:  # deleted meanwhile
            return False
        return True

    def written_at(self, name: str) -> float | None:
        """When a file was written, in seconds of the clock; None when it is gone."""
        try:
            return self._path(name).stat().st_mtime
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already is fine."""
        self._path(name).unlink(missing_ok=True)

    def _purpose(self, name: str, number: int, *, is_last: bool) -> str:
        return f"{self._folder}/{name}/{number}{'/last' if is_last else ''}"

    def _path(self, name: str) -> Path:
        return self._root() / name[:2] / name

    def _root(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self._folder


def _seal(target: IO[bytes], chunks: Iterable[bytes], *, purpose_of: Callable[..., str]) -> None:
    """Seal segment after segment; while one is sealed, the one before goes to the disk."""
    ring = key_ring()
    segments = _segments(chunks)
    segment = next(segments)
    number = 0
    with ThreadPoolExecutor(max_workers=1) as disk:
        written: Future[None] | None = None
        for following in segments:
            sealed = ring.seal(segment, purpose=purpose_of(number, is_last=False))
            if written is not None:
                written.result()
            number += 1
            written = disk.submit(_put, target, sealed, is_synced=number % SYNCED == 0)
            segment = following
        if written is not None:
            written.result()
    _put(target, ring.seal(segment, purpose=purpose_of(number, is_last=True)))


def _segments(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size; the last one may be shorter, or empty.

    Chunks of just that size are handed on as they are.
    """
    held = b""
    for chunk in chunks:
        if len(held) == SEGMENT:
            yield held
            held = b""
        joined = held + chunk if held else chunk
        whole = max(0, len(joined) - 1) // SEGMENT * SEGMENT
        for start in range(0, whole, SEGMENT):
            yield joined[start : start + SEGMENT]
        held = joined[whole:]
    yield held


def _put(target: IO[bytes], sealed: bytes, *, is_synced: bool = False) -> None:
    target.write(_LENGTH.pack(len(sealed)))
    target.write(sealed)
    if is_synced:
        target.flush()
        os.fsync(target.fileno())
