"""What imports took before: fingerprints of rows, packed by pages."""

from array import array
from collections.abc import Iterator

import polars as pl

from agencyhub.imports.models import Import, ImportedRows

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
    ImportedRows.objects.create(
        run=run,
        first_line=first_line,
        count=len(lines),
        lines=pack(lines.cast(pl.UInt32)),
        fingerprints=pack(fingerprints),
        records=pack(records.cast(pl.Int64).fill_null(0)),
    )


def seen(run: Import, fingerprints: pl.Series) -> pl.Series:
    """Say of each fingerprint whether an import of the same kind, not undone, took it before."""
    found: list[pl.Series] = []
    for page in _earlier(run):
        held = unpack(page, pl.UInt64)
        hits = held.filter(held.is_in(fingerprints.implode()))
        if len(hits):
            found.append(hits)
    if not found:
        return pl.repeat(value=False, n=len(fingerprints), eager=True)
    return fingerprints.is_in(pl.concat(found).unique().implode())


def _earlier(run: Import) -> Iterator[bytes | memoryview]:
    pages = ImportedRows.objects.filter(run__kind=run.kind)
    pages = pages.exclude(run__state=Import.State.UNDONE)
    return pages.order_by("pk").values_list("fingerprints", flat=True).iterator(chunk_size=4)
