"""What real HealthSherpa does about midnight: ask ComTrack what became of its applications."""

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

from sandbox.healthsherpa import submissions
from sandbox.healthsherpa.settings import Settings
from sandbox.store import Store

Json = dict[str, Any]
TABLES = """
CREATE TABLE IF NOT EXISTS healthsherpa_status (
  application_id TEXT PRIMARY KEY,
  result TEXT NOT NULL,
  as_of TEXT NOT NULL,
  asked_at REAL NOT NULL
) STRICT;
"""
BATCH = 500
_MOST_BYTES = 4_000_000


class MidnightError(Exception):
    """ComTrack could not be asked; the message says why."""


def ask_all(store: Store, settings: Settings, api_key: str, *, timeout: float) -> int:
    """Ask about every application and keep what comes back; answer with how many.

    Raises:
        MidnightError: no usable answer.
    """
    ids = submissions.application_ids(store)
    for start in range(0, len(ids), BATCH):
        answer = _post(settings.query, api_key, ids[start : start + BATCH], timeout)
        now = time.time()
        with store.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO healthsherpa_status VALUES (?, ?, ?, ?)",
                [
                    (result["application_id"], json.dumps(result), answer["as_of"], now)
                    for result in answer["results"]
                ],
            )
    return len(ids)


def statuses(store: Store) -> dict[str, Json]:
    """What ComTrack last said of each application."""
    rows = store.rows("SELECT * FROM healthsherpa_status")
    return {
        row["application_id"]: json.loads(row["result"]) | {"as_of": row["as_of"]} for row in rows
    }


def _post(url: str, api_key: str, ids: list[str], timeout: float) -> Json:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    body = json.dumps({"applications": [{"application_id": one} for one in ids]})
    headers = {"Content-Type": "application/json", "X-API-Key": api_key}
    try:
        connection.request("POST", parts.path, body, headers)
        response = connection.getresponse()
        answer = json.loads(response.read(_MOST_BYTES))
    except (OSError, ValueError, http.client.HTTPException) as error:
        msg = f"ComTrack did not answer ({type(error).__name__})."
        raise MidnightError(msg) from error
    finally:
        connection.close()
    if "results" not in answer:
        msg = f"ComTrack refused: {answer.get('title')}. {answer.get('detail')}"
        raise MidnightError(msg)
    return dict(answer)
