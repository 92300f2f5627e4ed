"""A process that applies what waits in the inbox, as the product does or as plain psycopg would.

``python -m bench.worker product`` | ``python -m bench.worker psycopg SCRIPTS``: it connects, prints
``ready``, waits for a line, works until nothing waits, and prints how many messages it handled.
"""

import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import django
import psycopg

from bench import databases, script
from bench.script import Said

PAGE = 25


def main(words: list[str]) -> None:
    """Prepare, wait for the start, work, report."""
    work = _product() if words[0] == "product" else _psycopg(Path(words[1]))
    print("ready", flush=True)
    sys.stdin.readline()
    print(work(), flush=True)


def _product() -> Callable[[], int]:
    django.setup()
    from django.db import connection  # noqa: PLC0415 - the apps are loaded now

    from integrations import registry  # noqa: PLC0415
    from integrations.services import processing  # noqa: PLC0415

    connection.ensure_connection()
    return lambda: sum(1 for _ in processing.process_waiting(partners=registry.PARTNERS))


def _psycopg(file: Path) -> Callable[[], int]:
    claim, scripts = pickle.loads(file.read_bytes())
    database = psycopg.connect(databases.own_url(), autocommit=True)
    return lambda: _play_all(database, claim, scripts)


def _play_all(
    database: psycopg.Connection[tuple[int, str]], claim: Said, scripts: dict[int, list[Said]]
) -> int:
    played = 0
    while True:
        database.autocommit = False
        claimed = database.execute(claim.text, claim.params).fetchall()
        database.commit()
        database.autocommit = True
        if not claimed:
            return played
        for message_id, _ in sorted(claimed):
            script.play(database, scripts[message_id])
            played += 1


if __name__ == "__main__":
    main(sys.argv[1:])
