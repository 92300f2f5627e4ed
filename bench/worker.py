"""A process that applies what waits in the inbox, as the product does or as plain psycopg would.

``python -m bench.worker product`` | ``python -m bench.worker psycopg SCRIPTS``: it connects, prints
``ready``, and then handles as many messages as each line that it reads says, answering with how
many there were.
"""

import pickle
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import django
import psycopg

from bench import databases, script
from bench.script import Said


def main(words: list[str]) -> None:
    """Prepare, then work as told."""
    handled = _product() if words[0] == "product" else _psycopg(Path(words[1]))
    print("ready", flush=True)
    for line in sys.stdin:
        print(sum(1 for _ in islice(handled, int(line))), flush=True)


def _product() -> Iterator[object]:
    django.setup()
    from django.db import connection  # noqa: PLC0415 - the apps are loaded now

    from integrations import registry  # noqa: PLC0415
    from integrations.services import processing  # noqa: PLC0415

    connection.ensure_connection()
    return processing.process_waiting(partners=registry.PARTNERS)


def _psycopg(file: Path) -> Iterator[object]:
    claim, scripts = pickle.loads(file.read_bytes())
    return play_waiting(psycopg.connect(databases.own_url(), autocommit=True), claim, scripts)


def play_waiting(
    database: psycopg.Connection[tuple[int, str]], claim: Said, scripts: dict[int, list[Said]]
) -> Iterator[int]:
    """Claim pages as the product does, and play each message's script."""
    while True:
        database.autocommit = False
        claimed = database.execute(claim.text, claim.params).fetchall()
        database.commit()
        database.autocommit = True
        if not claimed:
            return
        for message_id, _ in sorted(claimed):
            script.play(database, scripts[message_id])
            yield message_id


if __name__ == "__main__":
    main(sys.argv[1:])
