"""Worksheets that LibreOffice opened and saved come back as they were meant.

In CI it must be there; elsewhere the test is skipped, with words, where it cannot be installed.
"""

import os
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from agencyhub.lib.reading.limits import MEGABYTE
from eoi.asked import Asked, read
from eoi.worksheets import columns, instructions, reading, writing
from tests.eoi import sheets

INSTALL = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "libreoffice-calc"]
SAMPLES = Path(__file__).parent / "samples"
SAVED_AS = "xml:MS Excel 2003 XML"
WAIT = 300
# What somebody types over the worksheet: action, approved volume, date, subscriber ID, SSN.
TYPED = (
    ("Approve All", "", "2026-12-01", "0002852117", "012-34-5678"),
    ("approve_part", "$120,000", "12/15/2026", "0002852118", "012345678"),
    ("", "", "", "0002852119", ""),
    ("Deny All", "", "1/1/2027", "77", "12345678"),
)


@pytest.fixture
def soffice() -> str:
    """LibreOffice; as root on Debian it is installed when it is missing."""
    found = shutil.which("soffice")
    if not found and os.environ.get("CI") and os.geteuid() == 0 and shutil.which("apt-get"):
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], INSTALL):
            subprocess.run(command, env=env, check=False, stdout=subprocess.DEVNULL)
        found = shutil.which("soffice")
    if not found:
        words = "LibreOffice Calc is missing: install Debian's package libreoffice-calc."
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return found


def update_worksheet() -> bytes:
    """A worksheet as it is handed out, with what somebody enters already in it."""
    shown = columns.update(with_ssn=True)
    at = {column.label: place for place, column in enumerate(shown)}
    rows = []
    for number, (action, volume, day, subscriber_id, ssn) in enumerate(TYPED, start=1):
        cells: list[writing.Value] = [None] * len(shown)
        for column, value in (
            (columns.SUBSCRIBER_ID, subscriber_id),
            (columns.SSN, ssn),
            (columns.LAST_NAME, "O'Brien & Sons <Zoë>"),
            (columns.LOOKUP_CODE, "subscriber_life"),
            (columns.REQUESTED, Decimal("150000.00")),
            (columns.COVERED_SINCE, date(2026, 11, 1)),
            (columns.ACTION, action),
            (columns.APPROVED, volume),
            (columns.EFFECTIVE, date.fromisoformat(day) if day[:4] == "2026" else day),
            (columns.REQUEST_ID, str(number)),
        ):
            cells[at[column.label]] = value
        rows.append(cells)
    return b"".join(
        writing.workbook(
            shown,
            rows,
            instructions=instructions.rows(),
            actions=instructions.labels(),
            hints=instructions.hints(),
        )
    )


def save(soffice: str, folder: Path, *files: Path) -> list[Path]:
    """Open files in LibreOffice and save them as XML Spreadsheet 2003: in one start of it."""
    target = folder / "saved"
    subprocess.run(
        [
            soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless",
            "--convert-to", SAVED_AS, "--outdir", str(target), *map(str, files),
        ],
        check=True, timeout=WAIT, capture_output=True,
    )  # fmt: skip
    return [target / f"{file.stem}.xml" for file in files]


def meant(asked: Asked) -> tuple[object, ...]:
    wanted = read(asked)
    return (
        wanted.subscriber_id.lstrip("0"),
        wanted.ssn,
        wanted.action,
        wanted.approved,
        wanted.effective_date,
        [problem.code for problem in wanted.problems],
    )


EXPECTED = [
    ("2852117", "012345678", "approve_all", None, date(2026, 12, 1), []),
    ("2852118", "012345678", "approve_part", Decimal(120_000), date(2026, 12, 15), []),
    ("77", "012345678", "deny_all", None, date(2027, 1, 1), []),
]


def test_reads_what_libreoffice_saves(soffice, tmp_path):
    handed_out, typed = tmp_path / "update.xml", tmp_path / "typed.csv"
    handed_out.write_bytes(update_worksheet())
    rows = [
        sheets.row(
            subscriber_id=subscriber_id, ssn=ssn, benefit_lookup_code="subscriber_life",
            action=action, approved_volume=volume, effective_date=day,
        )
        for action, volume, day, subscriber_id, ssn in TYPED
    ]  # fmt: skip
    typed.write_bytes(sheets.comma_separated(rows))

    saved = save(soffice, tmp_path, handed_out, typed)

    from_worksheet, from_scratch = map(reading.read, saved)
    assert [meant(asked) for asked in from_worksheet.rows] == EXPECTED
    assert [asked.request_id for asked in from_worksheet.rows] == ["1", "2", "4"]
    assert from_worksheet.rows[0].subscriber_id == "0002852117"
    assert [meant(asked) for asked in from_scratch.rows] == EXPECTED
    assert (from_worksheet.undecided, from_scratch.undecided) == (1, 1)
    assert all(path.stat().st_size < MEGABYTE for path in saved)  # no million blank rows


def test_reads_a_worksheet_that_was_written_by_hand():
    found = reading.read(SAMPLES / "handwritten_full_template.xml")

    assert [(asked.row, asked.action) for asked in found.rows] == [
        (2, "approve_all"),
        (4, "pend_remaining"),
    ]
    assert [read(asked).effective_date for asked in found.rows] == [
        date(2026, 4, 1),
        date(2026, 4, 15),
    ]
    assert found.rows[1].original_effective_date == ""
