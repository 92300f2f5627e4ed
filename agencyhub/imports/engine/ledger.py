"""What imports took before: fingerprints of rows, packed by pages."""

from array import array
from threading import Lock

import polars as pl

from agencyhub.imports.engine import blobs
from agencyhub.imports.engine.reading import AS_WRITTEN, FINGERPRINT
from agencyhub.imports.models import Import, ImportedRows

# So many of each fit into 200 MB; what was imported before them is compared like new rows.
MOST = 12_000_000
_NUMBERS: dict[type[pl.DataType], str] = {pl.UInt32: "I", pl.UInt64: "Q", pl.Int64: "q"}


def pack(values: pl.Series) -> bytes:
    """Numbers as little-endian bytes."""
    return array(_NUMBERS[values.dtype.base_type()], values.to_list()).tobytes()


def unpack(data: bytes | memoryview, dtype: type[pl.DataType]) -> pl.Series:
    """The numbers that ``pack`` made bytes of."""
    numbers = array(_NUMBERS[dtype])
    numbers.frombytes(bytes(data))
    return pl.Series(numbers, dtype=dtype)


def note(
    run: Import,
    *,
    first_line: int,
    lines: pl.Series,
    fingerprints: pl.Series,
    as_written: pl.Series,
    records: pl.Series,
) -> None:
    """Keep the page of a chunk; a second one for the same chunk is refused by the database."""
    blobs.insert(
        ImportedRows,
        run_id=run.pk,
        first_line=first_line,
        count=len(lines),
        lines=pack(lines.cast(pl.UInt32)),
        fingerprints=pack(fingerprints),
        as_written=pack(as_written.drop_nulls()),
        records=pack(records.cast(pl.Int64).fill_null(0)),
    )


class Taken:
    """What imports of one kind took before, as far as they are not undone.

    ``as_written`` are cells as they stood in their files, ``read`` what was read from them: a row
    that is spelled otherwise says nothing new, but has to be read to find that out.
    """

    def __init__(self, run: Import) -> None:
        self.as_written = Fingerprints(run, "as_written")
        self.read = Fingerprints(run, "fingerprints")

    def seen(self, typed: pl.DataFrame) -> pl.Series:
        """Say of each row that was read whether it was taken before."""
        is_seen = self.as_written.seen(typed[AS_WRITTEN])
        return is_seen if is_seen.all() else is_seen | self.read.seen(typed[FINGERPRINT])


class Fingerprints:
    """Fingerprints of the newest rows, fetched when somebody asks about a row."""

    def __init__(self, run: Import, column: str) -> None:
        self._run, self._column = run, column
        self._held: pl.Series | None = None
        self._fetching = Lock()

    def seen(self, fingerprints: pl.Series) -> pl.Series:
        """Say of each fingerprint whether it was taken before."""
        if not len(fingerprints):
            return pl.Series(dtype=pl.Boolean)
        with self._fetching:
            if self._held is None:
                self._held = self._fetch()
        if not len(self._held):
            return pl.repeat(value=False, n=len(fingerprints), eager=True)
        at = pl.Series(self._held.search_sorted(fingerprints), dtype=pl.UInt32)
        at = at.clip(upper_bound=len(self._held) - 1)
        return (self._held.gather(at) == fingerprints).fill_null(value=False)

    def _fetch(self) -> pl.Series:
        pages = ImportedRows.objects.filter(run__kind=self._run.kind)
        pages = pages.exclude(run__state=Import.State.UNDONE).order_by("-pk")
        held: list[pl.Series] = []
        rows = 0
        for (data,) in pages.values_list(self._column).iterator(chunk_size=4):
            held.append(unpack(data, pl.UInt64))
            rows += len(held[-1])
            if rows > MOST:
                break
        return pl.concat(held).unique().sort() if held else pl.Series(dtype=pl.UInt64)
