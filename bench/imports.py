"""An import through its page, beside raw ``COPY`` of the file and stock django-import-export."""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from agencyhub.home.demo import seed
from bench import databases, imports_undo, people, results, servers, stock
from bench.imports_page import Page, State, learn
from bench.imports_worker import working
from bench.results import Result

NAME = "import"
COPY = "COPY of the same file into an unlogged table of texts"
TABLE = "bench_raw"
PIECE = 1024 * 1024
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Size:
    """Rows of the file, and of the sample that django-import-export gets."""

    rows: int
    sample: int


SIZES = {"smoke": Size(300, 20), "quick": Size(50_000, 200), "full": Size(1_000_000, 500)}


def run(scale: str) -> Iterator[Result]:
    """Import, import again, import what cannot be taken, undo; every rate beside ``COPY``'s."""
    size = SIZES[scale]
    databases.prepare()
    results.note("filling the book")
    seed.seed_demo(scale=1, as_of=timezone.localdate(), at=timezone.now())
    stock_rate = stock.rate(rows=size.sample)
    results.note(f"django-import-export: {stock_rate:,.1f} rows/s")
    with tempfile.TemporaryDirectory() as folder:
        yield from _measure(size, Path(folder), stock_rate)


def _measure(size: Size, folder: Path, stock_rate: float) -> Iterator[Result]:
    good, bad, few = (folder / name for name in ("good.csv", "bad.csv", "few.csv"))
    people.write(good, rows=size.rows)
    people.write(bad, rows=size.rows, bad=True)
    people.write(few, rows=10, seed=2)
    results.note(f"{size.rows:,} rows, {good.stat().st_size / MEGABYTE:.0f} MB")
    copied = [_copy(good)]
    with (
        servers.serving(servers.PRODUCT, database=databases.own_url()) as port,
        working() as worker,
    ):
        page = Page(port)
        learn(page, few)
        before = imports_undo.state()
        first = page.upload(good)
        checked = page.wait(first, State.CHECKED)
        page.press(first.pk, "import_commit")
        done = page.wait(first, State.IMPORTED)
        results.note(f"checked in {checked:.1f} s, imported in {done:.1f} s more")
        copied.append(_copy(good))
        again = page.upload(good)
        page.wait(again, State.DUPLICATE)
        page.press(again.pk, "import_again")
        repeated = page.wait(again, State.CHECKED)
        results.note(f"again: {repeated:.1f} s")
        broken = page.upload(bad, watch_errors=True)
        refused = page.wait(broken, State.CHECKED)
        results.note(f"all bad: {refused:.1f} s")
        copied.append(_copy(good))
        undone = imports_undo.undo(page, first, before)
        memory = worker.stop()
    copy_rate = size.rows / results.median(copied)
    rate = size.rows / (checked + done)
    yield _beside_copy("rows_per_second_vs_copy", rate, copy_rate, 0.15)
    yield results.compare(
        NAME,
        "rows_per_second_vs_import_export",
        value=rate,
        unit="rows/s",
        baseline=stock_rate,
        baseline_name="stock django-import-export on the same rows",
        at_least=100,
    )
    yield _beside_copy("reimport_rows_per_second_vs_copy", size.rows / repeated, copy_rate, 0.5)
    yield results.compare(
        NAME,
        "bad_rows_rate_vs_good",
        value=size.rows / refused,
        unit="rows/s",
        baseline=size.rows / checked,
        baseline_name="check of good rows",
        at_least=0.8,
    )
    yield Result(NAME, "peak_memory_mib", memory, "MiB", target=1024, ok=memory <= 1024)
    errors = broken.first_errors
    yield Result(NAME, "first_errors_seconds", round(errors, 2), "s", target=2, ok=errors <= 2)
    equal = undone.is_as_before
    yield Result(NAME, "undo_tables_equal", float(equal), "", target=1, ok=equal)
    yield Result(NAME, "undo_seconds", round(undone.seconds, 1), "s")


def _beside_copy(metric: str, value: float, copy_rate: float, at_least: float) -> Result:
    return results.compare(
        NAME,
        metric,
        value=value,
        unit="rows/s",
        baseline=copy_rate,
        baseline_name=COPY,
        at_least=at_least,
    )


def _copy(file: Path) -> float:
    """Seconds that the server takes to copy the file as it is."""
    columns = ", ".join(f"c{number} text" for number in range(len(people.HEADER)))
    with databases.connect(databases.MAIN) as database:
        database.execute(f"DROP TABLE IF EXISTS {TABLE}")
        database.execute(f"CREATE UNLOGGED TABLE {TABLE} ({columns})")
        database.commit()
        began = time.perf_counter()
        statement = f"COPY {TABLE} FROM STDIN (FORMAT csv, HEADER)"
        with file.open("rb") as source, database.cursor().copy(statement) as copy:
            while piece := source.read(PIECE):
                copy.write(piece)
        database.commit()
        spent = time.perf_counter() - began
        database.execute(f"DROP TABLE {TABLE}")
    results.note(f"COPY: {spent:.2f} s")
    return spent
