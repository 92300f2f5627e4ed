"""What others make of the same rows, in an environment of their own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from bench import results
from commissions.matching import names
from commissions.services.refreshing import reading

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements" / "bench.txt"
HOME = ROOT / "var" / "bench"
_FILES = {
    "applications": reading.Kind.APPLICATION,
    "books": reading.Kind.BOOK_ROW,
    "lines": reading.Kind.LINE,
}


@dataclass(frozen=True)
class Spent:
    """Seconds, and how long processors were busy meanwhile."""

    seconds: float
    processor: float


def environment() -> Path:
    """The interpreter that has Splink and recordlinkage; installs them when they are not there.

    They are installed from ``requirements/bench.txt`` into ``var/bench``, by uv or else by pip.
    """
    python, stamp = HOME / "bin" / "python", HOME / ".installed"
    wanted = sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    results.note(f"installing {LOCK.relative_to(ROOT)} into {HOME.relative_to(ROOT)}")
    own = ROOT / ".tools" / "bin" / "uv"
    uv = str(own) if own.exists() else shutil.which("uv")
    if uv:
        _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(HOME)])
        _run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(LOCK)])
    else:
        _run([sys.executable, "-m", "venv", "--clear", str(HOME)])
        _run([str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(LOCK)])
    stamp.write_text(wanted)
    return python


def export(folder: Path) -> None:
    """Write the rows as Parquet, names and numbers in the form that Refresh compares."""
    for name, kind in _FILES.items():
        raw = reading.read(kind)
        raw.with_columns(
            _tidied(raw, "first_name", names.given_form),
            _tidied(raw, "last_name", lambda text: names.family_form(text)[0]),
            pl.col("born").cast(pl.Date).cast(pl.String).alias("born_text"),
            pl.col("number_2" if name == "applications" else "number_3").alias("number_app"),
        ).write_parquet(folder / f"{name}.parquet")


def splink(folder: Path) -> Spent:
    """Let Splink link the rows of a folder; answer what it took."""
    _run([str(environment()), str(ROOT / "bench" / "matching_splink.py"), str(folder)])
    return Spent(**json.loads((folder / "splink.json").read_text()))


def febrl(folder: Path) -> None:
    """Write febrl4, its truth and Splink's pairs of it into a folder."""
    _run([str(environment()), str(ROOT / "bench" / "matching_splink_febrl.py"), str(folder)])


def _tidied(raw: pl.DataFrame, column: str, form: Callable[[str], str]) -> pl.Series:
    seen = raw[column].drop_nulls().unique()
    made = pl.Series([form(text) or None for text in seen], dtype=pl.String)
    return raw[column].replace_strict(seen, made, default=None).alias(column)


def _run(command: Iterable[str]) -> None:
    subprocess.run(list(command), check=True, cwd=ROOT, stdout=sys.stderr)
