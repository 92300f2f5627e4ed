"""What a check found, kept sealed in the vault in parts of a bounded size.

A part holds typed rows in the order of the file; beside it lies its plan: what becomes of the rows.
"""

from io import BytesIO

import polars as pl

from agencyhub.imports import vault

ROWS = 50_000


class Parts:
    """The parts of one check: numbered from 0; ``count`` of them."""

    def __init__(self, name: str, count: int = 0) -> None:
        self.name = name
        self.count = count

    def put(self, number: int, typed: pl.DataFrame) -> None:
        """Keep a part under its number."""
        _write(self._part(number), typed)

    def add(self, typed: pl.DataFrame) -> int:
        """Keep another part; answer its number."""
        self.put(self.count, typed)
        self.count += 1
        return self.count - 1

    def read(self, number: int) -> pl.DataFrame:
        """The typed rows of a part."""
        return _read(self._part(number))

    def add_plan(self, number: int, plan: pl.DataFrame) -> None:
        """Keep the plan of a part."""
        _write(self._plan(number), plan)

    def read_plan(self, number: int) -> pl.DataFrame:
        """The plan of a part: fewer rows than the part, where some are the same or rejected."""
        return _read(self._plan(number))

    def add_outline(self, outline: pl.DataFrame) -> None:
        """Keep line, outcome and part of every row that was taken."""
        _write(self._outline, outline)

    def read_outline(self) -> pl.DataFrame:
        """Line, outcome and part of every row that was taken, in the order of lines."""
        return _read(self._outline)

    def delete(self) -> None:
        """Remove everything from the vault."""
        vault.delete(self._outline)
        for number in range(self.count):
            vault.delete(self._part(number))
            vault.delete(self._plan(number))

    @property
    def _outline(self) -> str:
        return f"{self.name}.outline"

    def _part(self, number: int) -> str:
        return f"{self.name}.part{number}"

    def _plan(self, number: int) -> str:
        return f"{self.name}.plan{number}"


def dump(frame: pl.DataFrame, *, packed: bool = False) -> bytes:
    """A frame as Arrow IPC; ``packed`` for what stays."""
    received = BytesIO()
    frame.write_ipc(received, compression="lz4" if packed else "uncompressed")
    return received.getvalue()


def load(data: bytes) -> pl.DataFrame:
    """The frame that ``dump`` made bytes of."""
    return pl.read_ipc(data)


def _write(name: str, frame: pl.DataFrame) -> None:
    vault.write(name, [dump(frame)])


def _read(name: str) -> pl.DataFrame:
    return load(b"".join(vault.read(name)))
