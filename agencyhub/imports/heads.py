"""The top of a file: sheets, headings, a few cells; kept sealed in the cache for an hour."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_noop

from agencyhub.imports import vault
from agencyhub.imports.models import File, Import
from agencyhub.lib import workspace
from agencyhub.lib.crypto import UnreadableSecretError, key_ring
from agencyhub.lib.reading import opening
from agencyhub.lib.reading.limits import Limits, UnreadableFileError

PURPOSE = "cache.import_head"
LIFETIME = 60 * 60
SHOWN_LINES = 12
SAMPLES = 20
LOOKED_AT = 50


@dataclass(frozen=True)
class Head:
    """What a person needs to say what a file is. ``samples`` are different cells, by column.

    Without a header no label: then a person has to choose the line.
    """

    sheets: list[tuple[str, int]]
    sheet: str
    header_line: int
    labels: list[str]
    samples: list[list[str]]
    lines: list[tuple[int, list[str]]]


@contextmanager
def laid_out(file: File) -> Iterator[Path]:
    """Lay a kept file on the disk as it came; its bytes are gone from there afterwards.

    Raises:
        UnreadableFileError: it was purged.
    """
    if not file.stored_as:
        msg = gettext_noop("The file was purged after its time. Upload it again.")
        raise UnreadableFileError(msg)
    with workspace.Folder() as folder:
        path = Path(folder) / "file"
        with path.open("wb") as target:
            for piece in vault.read(file.stored_as):
                target.write(piece)
        yield path


@contextmanager
def opened(file: File) -> Iterator[opening.Source]:
    """Open a kept file for reading; its bytes are gone from the disk afterwards.

    Raises:
        UnreadableFileError: no table, outside the limits, or purged.
    """
    limits = Limits(megabytes=settings.UPLOAD_MAX_MEGABYTES)
    with laid_out(file) as path, opening.open_file(path, limits=limits) as source:
        yield source


def head_of(run: Import) -> Head:
    """The top of the sheet that an import reads.

    Raises:
        UnreadableFileError: see ``opened``.
    """
    where = hashlib.sha256(f"{run.sheet}\n{run.header_line}".encode()).hexdigest()[:16]
    key = f"{PURPOSE}:{run.pk}:{where}"
    kept = cache.get(key)
    if kept is not None:
        try:
            return Head(**json.loads(key_ring().open(kept, purpose=PURPOSE)))
        except UnreadableSecretError:
            cache.delete(key)
    with opened(run.file) as source:
        head = read_head(source, sheet=run.sheet, header_line=run.header_line)
    sealed = key_ring().seal(json.dumps(asdict(head)).encode(), purpose=PURPOSE)
    cache.set(key, sealed, LIFETIME)
    return head


def read_head(source: opening.Source, *, sheet: str, header_line: int) -> Head:
    """Read the top of one sheet; without its name, of the one that looks most like a list."""
    chosen = source.sheet(sheet) if sheet else None
    if chosen is None:
        try:
            located = opening.locate(source)
            chosen, header_line = located.sheet, located.header_line
        except UnreadableFileError:
            chosen, header_line = source.sheets[0], 1
    try:
        sample = source.sample(chosen, header_line, count=LOOKED_AT)
        labels, rows = sample.labels, sample.rows
    except UnreadableFileError:
        labels, rows = [], []
    return Head(
        sheets=[(one.name, one.rows) for one in source.sheets],
        sheet=chosen.name,
        header_line=header_line,
        labels=labels,
        samples=[_different(row[index] for row in rows) for index in range(len(labels))],
        lines=source.first_records(chosen, max(SHOWN_LINES, header_line + 3)),
    )


def _different(cells: Iterator[str]) -> list[str]:
    """The first cells that differ; blank ones only where there is nothing else."""
    filled = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
    return filled[:SAMPLES]
