"""Refresh over noisy files whose truth is known, beside Splink 5 on the same rows."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from psycopg import sql

from agencyhub.imports.engine import frames
from bench import databases, matching_febrl, matching_rivals, results
from bench.matching_noise import HeldOut, Known, Noise
from bench.matching_rows import World, build, disturb, empty, load
from bench.results import Result
from commissions.models import BookLink, LineLink, MatchRun
from commissions.services.refreshing import kept
from commissions.services.refreshing.sides import BOOK, LINE

NAME = "matching"
_PAIRS = {"application": pl.Int64, "row": pl.Int64}


@dataclass(frozen=True)
class Size:
    """Policies that are told about, lines of a paid one, and rows that change afterwards."""

    policies: int
    lines: int
    changes: int


SIZES = {
    "smoke": Size(800, 3, 60),
    "quick": Size(42_000, 4, 1_000),
    "full": Size(425_000, 4, 10_000),
}


@dataclass(frozen=True)
class Quality:
    """How many of the links are right, and how many of the true pairs are linked."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / ((self.precision + self.recall) or 1)


def judge(links: pl.DataFrame, truth: pl.DataFrame) -> Quality:
    """Compare pairs of ``application`` and ``row`` with the true ones."""
    right = links.join(truth, on=["application", "row"], how="semi").height
    return Quality(right / max(links.height, 1), right / max(truth.height, 1))


def linked(table: str, column: str) -> pl.DataFrame:
    """The pairs that Refresh linked."""
    query = sql.SQL("SELECT application_id, {} FROM {} WHERE state = 1").format(
        sql.Identifier(column), sql.Identifier(table)
    )
    return frames.fetch(query, _PAIRS)


def qualities(world: World) -> tuple[Quality, Quality]:
    """How good the links of books and of lines are."""
    return (
        judge(linked(BookLink._meta.db_table, "book_row_id"), world.truth(world.of_book)),
        judge(linked(LineLink._meta.db_table, "line_id"), world.truth(world.of_line)),
    )


@dataclass(frozen=True)
class Spent:
    """Seconds, processor time and MiB of a refresh."""

    seconds: float
    processor: float
    peak: float


def refreshed(*, is_full: bool) -> Spent:
    """A refresh in a process of its own, as a worker does it."""
    run = MatchRun.objects.create(is_full=is_full)
    command = [sys.executable, "-m", "bench.matching_refresh", str(run.pk)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    spent = Spent(**json.loads(done.stdout.splitlines()[-1]))
    run.refresh_from_db()
    what = "everything" if is_full else "what changed"
    results.note(
        f"refresh of {what}: {spent.seconds:.2f} s, of processors {spent.processor:.2f} s,"
        f" {spent.peak:.0f} MiB {run.result}"
    )
    return spent


def run(scale: str) -> Iterator[Result]:
    """Refresh everything, then what changed, then files of another kind; Splink in between."""
    size = SIZES[scale]
    databases.prepare()
    world = _world(Known(7), size, seed=5)
    first = refreshed(is_full=True)
    yield from _judged("", qualities(world), floors=(0.9999, 0.995, 0.9998, 0.99))
    yield from _beside_splink(world, first)
    yield from _changes(size, first)
    yield from matching_febrl.run()
    other = _world(HeldOut(99), size, seed=77)
    refreshed(is_full=True)
    yield from _judged("held_out_", qualities(other))
    peak = round(first.peak, 1)
    yield Result(NAME, "peak_memory_mib", peak, "MiB", target=1536, ok=peak <= 1536)


def _world(noise: Noise, size: Size, *, seed: int) -> World:
    empty()
    world = build(noise, policies=size.policies, lines=size.lines, seed=seed)
    load(world)
    counts = (len(world.applications), len(world.books), len(world.lines))
    results.note("{:,} applications, {:,} book rows, {:,} lines".format(*counts))
    return world


def _judged(
    prefix: str,
    found: tuple[Quality, Quality],
    floors: tuple[float | None, ...] = (None, None, None, None),
) -> Iterator[Result]:
    values = [value for one in found for value in (one.precision, one.recall)]
    metrics = ("book_precision", "book_recall", "commission_precision", "commission_recall")
    for metric, value, floor in zip(metrics, values, floors, strict=True):
        ok = None if floor is None else value >= floor
        yield Result(NAME, prefix + metric, round(value, 6), "", target=floor, ok=ok)


def _beside_splink(world: World, first: Spent) -> Iterator[Result]:
    own = qualities(world)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        matching_rivals.export(folder)
        spent = matching_rivals.splink(folder)
        results.note(f"Splink: {spent.seconds:.1f} s, of processors {spent.processor:.1f} s")
        words = "Splink 5 on DuckDB, from Parquet to pairs, nothing written back"
        yield results.compare(
            NAME, "seconds_vs_splink", value=first.seconds, unit="s", baseline=spent.seconds,
            baseline_name=words, at_most=0.4,
        )  # fmt: skip
        yield results.compare(
            NAME, "processor_seconds_vs_splink", value=first.processor, unit="s",
            baseline=spent.processor, baseline_name=words,
        )  # fmt: skip
        sides = (
            ("book", "books", world.of_book, own[0]),
            ("commission", "lines", world.of_line, own[1]),
        )
        for metric, file, of_row, quality in sides:
            for guard, pairs in (("", "pairs"), ("_guarded", "guarded")):
                found = pl.read_parquet(folder / f"{file}_{pairs}.parquet")
                other = judge(found, world.truth(of_row))
                words = f"Splink{' with a guard' if guard else ''}, best pair, p > 0.95"
                yield Result(
                    NAME, f"{metric}_f1_vs_splink{guard}", round(quality.f1, 5), "",
                    baseline=round(other.f1, 5), baseline_name=words,
                    ratio=round(quality.f1 / (other.f1 or 1), 5), target=1,
                    ok=quality.f1 > other.f1,
                )  # fmt: skip


def _changes(size: Size, first: Spent) -> Iterator[Result]:
    """Rows of all three tables change; a run over them is set beside full ones, and equals them."""
    rounds = []
    for turn in range(3):
        disturb(size.changes, turn)
        rounds.append(refreshed(is_full=False).seconds)
    before = _pairs()
    again = refreshed(is_full=True)
    same = all(one.equals(other) for one, other in zip(before, _pairs(), strict=True))
    fulls = (
        ("incremental_vs_full", again, "full refresh over links that are there"),
        ("incremental_vs_first_full", first, "first full refresh, all links written"),
    )
    for metric, full, words in fulls:
        yield results.compare(
            NAME, metric, value=results.median(rounds), unit="s", baseline=full.seconds,
            baseline_name=f"{words}; {size.changes:,} rows changed", at_most=0.05,
        )  # fmt: skip
    yield Result(NAME, "incremental_differs", float(not same), "", target=0, ok=same)


def _pairs() -> list[pl.DataFrame]:
    """All that Refresh keeps: links, suggestions, and what fits less well."""
    return [kept.everything(side).sort("application", "row") for side in (BOOK, LINE)]
