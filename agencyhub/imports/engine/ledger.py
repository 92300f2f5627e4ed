"""What imports took before: fingerprints of rows, packed by pages."""

from array import array

import polars as pl

from agencyhub.imports.engine import blobs
from agencyhub.imports.models import Import, ImportedRows

# So many fingerprints fit into 200 MB; what was imported before them is compared like new rows.
MOST = 24_000_000
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
    run: Import, *, first_line: int, lines: pl.Series, fingerprints: pl.Series, records: pl.Series
) -> None:
    """Keep the page of a chunk; a second one for the same chunk is refused by the database."""
    blobs.insert(
        ImportedRows,
        run_id=run.pk,
        first_line=first_line,
        count=len(lines),
        lines=pack(lines.cast(pl.UInt32)),
        fingerprints=pack(fingerprints),
        records=pack(records.cast(pl.Int64).fill_null(0)),
    )


class Taken:
    """What imports of one kind took before, as far as they are not undone: the newest rows."""

    def __init__(self, run: Import) -> None:
        pages = ImportedRows.objects.filter(run__kind=run.kind)
        pages = pages.exclude(run__state=Import.State.UNDONE).order_by("-pk")
        held: list[pl.Series] = []
        rows = 0
        for data, count in pages.values_list("fingerprints", "count").iterator(chunk_size=4):
            held.append(unpack(data, pl.UInt64))
            rows += count
            if rows > MOST:
                break
        self._held = pl.concat(held).unique().sort() if held else pl.Series(dtype=pl.UInt64)

    def seen(self, fingerprints: pl.Series) -> pl.Series:
        """Say of each fingerprint whether it was taken before."""
        if not len(self._held):
            return pl.repeat(value=False, n=len(fingerprints), eager=True)
        at = pl.Series(self._held.search_sorted(fingerprints), dtype=pl.UInt32)
        at = at.clip(upper_bound=len(self._held) - 1)
        return self._held.gather(at) == fingerprints
