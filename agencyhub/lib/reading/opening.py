"""Opens an uploaded file: its sheets, which of them has the list, and where the headers are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext_noop

from agencyhub.lib import workspace
from agencyhub.lib.formulas import undefuse
from agencyhub.lib.reading import headers, locating
from agencyhub.lib.reading.converting import convert
from agencyhub.lib.reading.limits import Limits, UnreadableFileError
from agencyhub.lib.reading.records import read_records
from agencyhub.lib.reading.sniffing import FileType, Kind, sniff
from agencyhub.lib.reading.texts import Text
from agencyhub.lib.reading.unpacking import unpack

SAMPLE_ROWS = 20
# Rows that decide how wide a table is and how many of its cells are filled.
MEASURED_ROWS = 50
# Cells beyond the last header that Polars keeps; a row with more is read by itself.
WIDER = 20
NESTED = gettext_noop(
    "An archive inside of an archive is not read. Unpack the inner one and choose that."
)
EMPTY_ARCHIVE = gettext_noop("The archive has no files. Pack the list again.")


@dataclass(frozen=True)
class Sheet:
    """One table of a file. ``rows`` is approximate, the header and rows above it included."""

    name: str
    rows: int
    text: Text = field(repr=False)
    is_hidden: bool = False


@dataclass(frozen=True)
class Sample:
    """A header and the rows below it. ``header`` as it is written, ``labels`` all different.

    ``width`` is the number of cells of the widest row, ``typical`` the usual number of filled ones.
    """

    header: list[str]
    labels: list[str]
    rows: list[list[str]]
    lines: list[int]
    width: int
    typical: int


@dataclass(frozen=True)
class Located:
    """Where the list is, and why; a person may choose otherwise."""

    sheet: Sheet
    header_line: int
    reason: str


@dataclass
class Source:
    """An opened file; close it, or use it in ``with``, so that what was unpacked goes away."""

    file_type: FileType
    limits: Limits
    sheets: list[Sheet]
    unpacked: workspace.Folder

    def sheet(self, name: str) -> Sheet:
        """Find a sheet by its name.

        Raises:
            UnreadableFileError: there is none.
        """
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        msg = gettext_noop("The file has no sheet “%(name)s”. Choose one of its sheets.") % {
            "name": name
        }
        raise UnreadableFileError(msg)

    def records(self, sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
        """Read the rows of a sheet one by one as they are, each with its line."""
        for line, cells in read_records(sheet.text):
            yield line, [undefuse(cell) for cell in cells]

    def first_records(self, sheet: Sheet, count: int) -> list[tuple[int, list[str]]]:
        """Read the first rows of a sheet as they are, each with its line."""
        return list(islice(self.records(sheet), count))

    def sample(self, sheet: Sheet, header_line: int, count: int = SAMPLE_ROWS) -> Sample:
        """Read a header and the first rows below it.

        Raises:
            UnreadableFileError: there is no such line, or it is wider than the limits.
        """
        records = self.first_records(sheet, header_line + max(count, MEASURED_ROWS))
        header = next((cells for line, cells in records if line == header_line), None)
        if header is None or not any(cell.strip() for cell in header):
            msg = gettext_noop(
                "Line %(header_line)s has no headers. Choose the line that names the columns."
            ) % {"header_line": f"{header_line:,}"}
            raise UnreadableFileError(msg)
        below = [(line, cells) for line, cells in records if line > header_line and any(cells)]
        return _sample(header, below, count=count, limits=self.limits, line=header_line)

    def close(self) -> None:
        """Remove what was unpacked."""
        self.unpacked.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_file(path: Path, *, limits: Limits) -> Source:
    """Open a file: sniff it, unpack what is packed, list its sheets.

    Raises:
        UnreadableFileError: no kind of table, unreadable, or outside the limits.
    """
    limits.check_size(path.stat().st_size)
    file_type = sniff(path)
    unpacked = workspace.Folder()
    source = Source(file_type, limits, [], unpacked)
    try:
        source.sheets += _sheets(path, file_type, folder=Path(unpacked.name), limits=limits)
    except BaseException:
        source.close()
        raise
    return source


def _sheets(path: Path, file_type: FileType, *, folder: Path, limits: Limits) -> list[Sheet]:
    if file_type.kind is Kind.ZIP:
        return _sheets_of_members(path, folder=folder, limits=limits)
    if file_type.kind is not Kind.CSV:
        found = convert(path, kind=file_type.kind, folder=folder, limits=limits)
        return [Sheet(**sheet) for sheet in found]
    text = Text(
        path=path,
        encoding=file_type.encoding,
        delimiter=file_type.delimiter,
        has_carriage_returns_only=file_type.has_carriage_returns_only,
    )
    return [Sheet(file_type.label, rows=_rows(text), text=text)]


def _sheets_of_members(path: Path, *, folder: Path, limits: Limits) -> list[Sheet]:
    """The sheets of every file of an archive that is a list; an error if none is."""
    sheets: list[Sheet] = []
    first_problem: UnreadableFileError | None = None
    for member in unpack(path, folder=folder, limits=limits):
        inside = folder / f"{member.path.name}-sheets"
        inside.mkdir()
        try:
            file_type = _member_type(member.path)
            found = _sheets(member.path, file_type, folder=inside, limits=limits)
        except UnreadableFileError as problem:
            first_problem = first_problem or UnreadableFileError(f"{member.name}: {problem}")
            continue
        for sheet in found:
            within = "" if file_type.kind is Kind.CSV else f" › {sheet.name}"
            sheets.append(replace(sheet, name=f"{member.name}{within}"))
    if not sheets:
        raise first_problem or UnreadableFileError(EMPTY_ARCHIVE)
    names = headers.labels(sheet.name for sheet in sheets)
    return [replace(sheet, name=name) for sheet, name in zip(sheets, names, strict=True)]


def _member_type(path: Path) -> FileType:
    file_type = sniff(path)
    if file_type.kind is Kind.ZIP:
        raise UnreadableFileError(NESTED)
    return file_type


def locate(source: Source) -> Located:
    """Choose the sheet with the list and the line with its headers.

    Raises:
        UnreadableFileError: see ``candidates``.
    """
    return candidates(source)[0]


def candidates(source: Source) -> list[Located]:
    """Where the list may be: in every sheet with a header; what looks most like a list is first.

    Raises:
        UnreadableFileError: no sheet has anything like a table.
    """
    found = []
    for sheet in source.sheets:
        header = locating.find_header(source.first_records(sheet, locating.LOOKED_AT))
        if header is not None and not sheet.is_hidden:
            worth = locating.worth(header, name=sheet.name, rows=sheet.rows)
            found.append((worth, sheet, header))
    if not found:
        msg = gettext_noop(
            "The file has no table: no row of headers was found. Check that it is the right file."
        )
        raise UnreadableFileError(msg)
    found.sort(key=lambda one: one[0], reverse=True)
    return [
        Located(sheet, header.line, _reason(source.sheets, sheet, header))
        for _, sheet, header in found
    ]


def _reason(sheets: Sequence[Sheet], chosen: Sheet, header: locating.Header) -> str:
    parts = []
    if len(sheets) > 1:
        parts.append(
            gettext_noop(
                "“%(name)s” looks most like a list among %(count)s sheets: %(filled)s "
                "headers, about %(rows)s rows."
            )
            % {
                "name": chosen.name,
                "count": len(sheets),
                "filled": header.filled,
                "rows": f"{chosen.rows:,}",
            }
        )
    if header.line > 1:
        parts.append(
            gettext_noop("Line %(line)s names the columns; the lines above it are a title.")
            % {"line": header.line}
        )
    else:
        parts.append(gettext_noop("The first line names the columns."))
    return " ".join(parts)


def _sample(
    header: list[str],
    below: list[tuple[int, list[str]]],
    *,
    count: int,
    limits: Limits,
    line: int,
) -> Sample:
    measured = [cells for _, cells in below[:MEASURED_ROWS]]
    rows = [header, *measured]
    # A column without a header is one if it has values and the header row reaches over it.
    columns = max(_last_filled(header), *(min(_last_filled(row), len(header)) for row in rows))
    limits.check_columns(columns, line=line)
    counts = sorted(sum(bool(cell.strip()) for cell in cells) for cells in measured)
    shown = below[:count]
    return Sample(
        header=header[:columns],
        labels=headers.labels(header[:columns]),
        rows=[(cells + [""] * columns)[:columns] for _, cells in shown],
        lines=[number for number, _ in shown],
        width=min(max(map(len, rows)), columns + WIDER),
        typical=counts[len(counts) * 3 // 4] if counts else columns,
    )


def _last_filled(cells: Sequence[str]) -> int:
    return max((at for at, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _rows(text: Text) -> int:
    """Estimate the rows of a text from the length of the first."""
    records = list(islice(read_records(text), MEASURED_ROWS))
    size = text.path.stat().st_size
    if len(records) < MEASURED_ROWS:
        return len(records)
    length = sum(sum(map(len, cells)) + len(cells) for _, cells in records) / len(records)
    per_character = 2 if text.encoding.startswith("utf-16") else 1
    return round(size / max(length * per_character, 1))
