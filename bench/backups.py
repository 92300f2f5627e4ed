"""A backup and its restore, beside raw ``COPY`` of the same tables out and in again."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.test import override_settings
from django.utils import timezone
from psycopg import sql

from agencyhub.home.backups import facts, places, restoring, saving
from agencyhub.home.demo import seed
from bench import databases, results
from bench.results import Result

NAME = "backup"
# So many times 2,000 Individuals, with everything that hangs on them.
BOOKS = {"smoke": 1, "quick": 10, "full": 100}
ROUNDS = 3
RAW, TARGET = "bench_raw", "bench_restored"


def run(scale: str) -> Iterator[Result]:
    """Save and bring back, in turns with ``COPY``; the restore compares every table by itself."""
    databases.prepare()
    results.note("filling the book")
    seed.seed_demo(scale=BOOKS[scale], as_of=timezone.localdate(), at=timezone.now())
    databases.close()
    saved, out, restored, back = [], [], [], []
    rows = 0
    with tempfile.TemporaryDirectory() as name, override_settings(MEDIA_ROOT=Path(name) / "files"):
        for number in range(ROUNDS):
            directory = Path(name) / f"backup-{number}"
            out.append(_copy_out(Path(name)))
            began = time.perf_counter()
            rows = saving.backup(directory=directory, at=timezone.now()).rows
            saved.append(time.perf_counter() - began)
            back.append(_copy_in(Path(name)))
            restored.append(_restore(directory))
            results.note(f"{saved[-1]:.1f} s, COPY {out[-1]:.1f} s; back {restored[-1]:.1f} s,"
                         f" COPY {back[-1]:.1f} s")  # fmt: skip
    yield Result(NAME, "rows", rows, "rows")
    yield _beside("backup_rows_per_second_vs_copy", rows, saved, out, "COPY of all tables to files")
    yield _beside("restore_rows_per_second_vs_copy", rows, restored, back, "COPY into bare tables")


def _beside(metric: str, rows: int, ours: list[float], raw: list[float], name: str) -> Result:
    return results.compare(
        NAME,
        metric,
        value=rows / results.median(ours),
        unit="rows/s",
        baseline=rows / results.median(raw),
        baseline_name=name,
    )


def _copy_out(folder: Path) -> float:
    """Seconds to write every table to a file, binary, one after the other."""
    began = time.perf_counter()
    with places.connect(databases.MAIN) as database:
        for table in facts.tables(database):
            statement = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
            with (folder / table).open("wb") as file, database.cursor().copy(statement) as copy:
                for piece in copy:
                    file.write(piece)
    return time.perf_counter() - began


def _copy_in(folder: Path) -> float:
    """Seconds to read the same files into tables without a key, an index or a trigger."""
    databases.drop(RAW)
    with databases.connect("postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {RAW} TEMPLATE {databases.MAIN}")  # type: ignore[call-overload]
    spent = 0.0
    with places.connect(RAW) as database:
        for table in facts.tables(database):
            source, target = sql.Identifier(table), sql.Identifier(f"raw_{table}"[:60])
            database.execute(
                sql.SQL("CREATE TABLE {} AS TABLE {} WITH NO DATA").format(target, source)
            )
            columns = _columns(database, table)
            began = time.perf_counter()
            with (
                (folder / table).open("rb") as file,
                database.cursor().copy(
                    sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(target, columns)
                ) as copy,
            ):
                while piece := file.read(1024 * 1024):
                    copy.write(piece)
            spent += time.perf_counter() - began
        began = time.perf_counter()
        database.commit()
        spent += time.perf_counter() - began
    databases.drop(RAW)
    return spent


def _columns(database: places.Connection, table: str) -> sql.Composed:
    """What ``COPY`` writes: all but generated columns."""
    found = database.execute(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [f'public."{table}"'],
    )
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in found)


def _restore(directory: Path) -> float:
    databases.drop(TARGET)
    with databases.connect("postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {TARGET} TEMPLATE template0")  # type: ignore[call-overload]
    with databases.using(TARGET):
        began = time.perf_counter()
        restoring.restore(directory=directory, replace=False, at=timezone.now())
        spent = time.perf_counter() - began
    databases.drop(TARGET)
    return spent
