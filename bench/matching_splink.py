"""Splink 5 on DuckDB, unsupervised, over the rows that Refresh gets: a program of its own.

Runs in an environment of its own (requirements/bench.txt): ``python matching_splink.py FOLDER``.
Reads Parquet files, writes pairs as Parquet and what it took as JSON.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

SURE = 0.95
BLOCKS = (
    ("number_1",), ("mbi",), ("born", "carrier_name"),
    ("last_name", "carrier_name", "effective"), ("born", "effective", "npn"),
    ("zip", "effective", "first_name"),
)  # fmt: skip
GUARD = (
    "(a.carrier = b.carrier OR a.carrier IS NULL OR b.carrier IS NULL)"
    " AND (a.line = b.line OR a.line IS NULL OR b.line IS NULL)"
    " AND (a.effective IS NULL OR b.effective IS NULL OR abs(a.effective - b.effective) <= 31)"
)


def link(folder: Path, others: str) -> None:
    """Link applications with one other file; write all likely pairs, the best of each row."""
    database = duckdb.connect()
    database.execute("SET memory_limit = '6GB'")
    for name in ("applications", others):
        file = folder / f"{name}.parquet"
        database.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{file}')")
    api = DuckDBAPI(connection=database)
    linker = Linker([api.register("applications"), api.register(others)], _settings(others))
    _train(linker)
    predicted = linker.inference.predict(threshold_match_probability=SURE)
    pairs = folder / f"{others}_pairs.parquet"
    kept = (
        f"SELECT p.id_l AS application, p.id_r AS row, p.match_probability AS p,"
        f" {GUARD} AS fits FROM {predicted.physical_name} AS p"
        f" JOIN applications AS a ON a.id = p.id_l JOIN {others} AS b ON b.id = p.id_r"
    )
    for name, which in ((pairs, "true"), (folder / f"{others}_guarded.parquet", "fits")):
        best = (
            f"SELECT application, row FROM ({kept}) WHERE {which}"
            " QUALIFY row_number() OVER (PARTITION BY row ORDER BY p DESC) = 1"
        )
        if others == "books":
            best = (
                f"SELECT application, row FROM (SELECT application, row, p FROM ({kept})"
                f" WHERE {which} QUALIFY row_number() OVER (PARTITION BY row ORDER BY p DESC) = 1)"
                " QUALIFY row_number() OVER (PARTITION BY application ORDER BY p DESC) = 1"
            )
        database.execute(f"COPY ({best}) TO '{name}' (FORMAT parquet)")


def _settings(others: str) -> SettingsCreator:
    comparisons: list[Any] = [
        cl.JaroWinklerAtThresholds("first_name", [0.92, 0.8]),
        cl.JaroWinklerAtThresholds("last_name", [0.92, 0.8]),
        cl.LevenshteinAtThresholds("born_text", [1, 2]),
        cl.ExactMatch("mbi"),
        cl.ExactMatch("zip"),
        cl.ExactMatch("number_1"),
        cl.ExactMatch("carrier_name"),
        cl.ExactMatch("effective"),
        cl.ExactMatch("plan"),
        cl.ExactMatch("npn"),
    ]
    if others == "books":
        comparisons.append(cl.ExactMatch("number_app"))
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in BLOCKS],
        max_iterations=15,
    )


def _train(linker: Linker) -> None:
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("number_1"), block_on("mbi", "carrier_name", "effective")], recall=0.8
    )
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for columns in (
        ("number_1",),
        ("born", "last_name"),
        ("last_name", "first_name", "effective"),
    ):
        training.estimate_parameters_using_expectation_maximisation(block_on(*columns))


if __name__ == "__main__":
    place = Path(sys.argv[1])
    began, busy = time.perf_counter(), time.process_time()
    for kind in ("books", "lines"):
        link(place, kind)
    spent = {"seconds": time.perf_counter() - began, "processor": time.process_time() - busy}
    (place / "splink.json").write_text(json.dumps(spent))
