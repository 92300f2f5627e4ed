"""Starts the converter in a process of its own, with as much memory and time as a file deserves."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from agencyhub.lib.reading.limits import MEGABYTE, Limits, UnreadableFileError
from agencyhub.lib.reading.sniffing import DAMAGED, PROTECTED, Kind
from agencyhub.lib.reading.texts import Text
from agencyhub.lib.reading.unpacking import unpacked_size

ROOT = Path(__file__).parents[3]
# Importing our package itself loads Celery, structured logs and the name of settings: nothing that
# a converter may know, and three fifths of its time. So it has the package without its contents.
START = """
import runpy, sys, types
bare = types.ModuleType("agencyhub")
bare.__path__ = ["agencyhub"]
sys.modules["agencyhub"] = bare
runpy.run_module("agencyhub.lib.reading.converter", run_name="__main__")
"""
# Address space of an idle converter, and what it needs for each byte that it reads.
BASE_MEMORY = 160 * MEGABYTE
MAX_MEMORY = 1_024 * MEGABYTE
PER_BYTE = {Kind.XLSX: 6, Kind.XLSB: 8, Kind.ODS: 6, Kind.XLS: 16}
STREAMED = 0
BASE_SECONDS = 10
SECONDS_PER_MEGABYTE = 0.3
TOO_MUCH = gettext_noop(
    "The file holds more cells, formatting or sheets than can be read. "
    "Copy the values of the one list into a new workbook, or save it as CSV."
)
ENTITIES = gettext_noop(
    "The file defines XML entities, which no list needs. Export it again as .xlsx or CSV."
)
ENCODING = gettext_noop(
    "The file is in an encoding that is not read. Save it again in UTF-8, as .xlsx or as CSV."
)
PROBLEMS = {
    "password": PROTECTED,
    "too_much": TOO_MUCH,
    "damaged": DAMAGED,
    "entities": ENTITIES,
    "encoding": ENCODING,
}


def convert(path: Path, *, kind: Kind, folder: Path, limits: Limits) -> list[dict[str, Any]]:
    """Turn a workbook or markup into CSV files in ``folder``; tells name, text, rows, is_hidden.

    Raises:
        UnreadableFileError: damaged, protected, without a table, or outside the limits.
    """
    is_packed = kind in {Kind.XLSX, Kind.XLSB, Kind.ODS}
    size = unpacked_size(path, limits=limits) if is_packed else path.stat().st_size
    limits.check_unpacked(size)
    seconds = limits.seconds or BASE_SECONDS + round(size / MEGABYTE * SECONDS_PER_MEGABYTE)
    job = {
        "kind": kind,
        "path": str(path.absolute()),
        "folder": str(folder),
        "sheets": limits.sheets,
        "memory": memory_for(kind, size),
        "seconds": seconds,
        "written": limits.unpacked_megabytes * MEGABYTE,
    }
    found = [
        {
            "name": sheet["name"],
            "rows": sheet["rows"],
            "is_hidden": sheet["is_hidden"],
            "text": Text(path=folder / sheet["file"], counts_records=True),
        }
        for sheet in _run(job, timeout=3 * max(seconds, BASE_SECONDS))
    ]
    if not found:
        msg = gettext_noop("The file has no cells with values. Check that it is the right file.")
        raise UnreadableFileError(msg)
    return found


def memory_for(kind: Kind, size: int) -> int:
    """How many bytes a process may have to read ``size`` bytes of unpacked content."""
    return min(BASE_MEMORY + size * PER_BYTE.get(kind, STREAMED), MAX_MEMORY)


def _run(job: dict[str, Any], *, timeout: float) -> list[dict[str, Any]]:
    command = [sys.executable, "-c", START, json.dumps(job)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env={}, capture_output=True, timeout=timeout, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(TOO_MUCH) from error
    except subprocess.CalledProcessError as error:  # the kernel or the library ended it
        raise UnreadableFileError(TOO_MUCH) from error
    answer = json.loads(done.stdout)
    if "problem" in answer:
        raise UnreadableFileError(PROBLEMS[answer["problem"]])
    sheets: list[dict[str, Any]] = answer["sheets"]
    return sheets
