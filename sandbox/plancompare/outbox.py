"""The outbox: what is owed to AgencyHub, and every attempt to bring it there."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.plancompare.behaviour import Behaviour
from sandbox.store import Store

STATES = ("pending", "sending", "retrying", "sent", "refused")
TABLES = """
CREATE TABLE IF NOT EXISTS plancompare_delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  enrollment INTEGER NOT NULL REFERENCES plancompare_enrollment (id),
  state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'retrying', 'sent', 'refused')),
  rounds INTEGER NOT NULL DEFAULT 0,
  lost INTEGER NOT NULL DEFAULT 0,
  due_at REAL,
  status INTEGER,
  answer_state TEXT,
  message_id TEXT,
  reason TEXT,
  created_at REAL NOT NULL,
  finished_at REAL
) STRICT;
CREATE INDEX IF NOT EXISTS plancompare_delivery_open
  ON plancompare_delivery (state, id) WHERE state <> 'sent';
CREATE INDEX IF NOT EXISTS plancompare_delivery_enrollment ON plancompare_delivery (enrollment);
CREATE TABLE IF NOT EXISTS plancompare_try (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  delivery INTEGER NOT NULL REFERENCES plancompare_delivery (id),
  round INTEGER NOT NULL,
  copy INTEGER NOT NULL,
  status INTEGER,
  outcome TEXT NOT NULL,
  answer_state TEXT,
  message_id TEXT,
  bad_data TEXT NOT NULL,
  seconds REAL NOT NULL,
  tried_at REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS plancompare_try_delivery ON plancompare_try (delivery, id);
"""
_SHOWN = """
SELECT d.*, e.token, e.enrollment_id, e.confirmation_number,
  (SELECT count(*) FROM plancompare_try t WHERE t.delivery = d.id) AS attempts
FROM plancompare_delivery d JOIN plancompare_enrollment e ON e.id = d.enrollment
"""


@dataclass(frozen=True)
class Owed:
    """A delivery that is about to be tried."""

    id: int
    payload: dict[str, Any]
    rounds: int
    lost: int


@dataclass(frozen=True)
class Answer:
    """What came of one request: a status and the hub's words, or an error without status."""

    status: int | None
    outcome: str
    state: str | None = None
    message_id: str | None = None
    retry_after: float | None = None
    seconds: float = 0.0


Parcel = list[Owed]


def take(store: Store, behaviour: Behaviour) -> list[Parcel]:
    """Take what is due, marked as being sent: parcels that go one after another.

    With an envelope a parcel holds several enrollments; with reordering the parcels of a
    held-back batch come newest first.
    """
    now = time.time()
    size = behaviour.envelope_size if behaviour.envelope else 1
    with store.transaction() as db:
        due = db.execute(
            "SELECT id FROM plancompare_delivery "
            "WHERE state IN ('pending', 'retrying') AND due_at <= ? ORDER BY due_at, id LIMIT ?",
            (now, size),
        ).fetchall()
        if not due:
            due = _fresh(store, behaviour, now, size)
        ids = [row["id"] for row in due]
        db.executemany(
            "UPDATE plancompare_delivery SET state = 'sending' WHERE id = ?", [(i,) for i in ids]
        )
        owed = [_owed(store, number) for number in ids]
    return [owed[start : start + size] for start in range(0, len(owed), size)]


def record(
    store: Store, parcel: Parcel, answers: Sequence[Answer], final: Answer, behaviour: Behaviour
) -> None:
    """Write down one round of requests and what it means for the deliveries of the parcel."""
    now = time.time()
    with store.transaction() as db:
        for owed in parcel:
            for copy, answer in enumerate(answers, start=1):
                store.insert(
                    "plancompare_try",
                    delivery=owed.id,
                    round=owed.rounds + 1,
                    copy=copy,
                    status=answer.status,
                    outcome=answer.outcome,
                    answer_state=answer.state,
                    message_id=answer.message_id,
                    bad_data=behaviour.bad_data,
                    seconds=round(answer.seconds, 4),
                    tried_at=now,
                )
            db.execute(
                "UPDATE plancompare_delivery SET rounds = rounds + 1, status = ?, "
                "answer_state = ?, message_id = ?, reason = ? WHERE id = ?",
                (final.status, final.state, final.message_id, final.outcome, owed.id),
            )


def settle(store: Store, parcel: Parcel, state: str) -> None:
    """End deliveries as ``sent`` or ``refused``."""
    with store.transaction() as db:
        db.executemany(
            "UPDATE plancompare_delivery SET state = ?, due_at = NULL, finished_at = ? "
            "WHERE id = ?",
            [(state, time.time(), owed.id) for owed in parcel],
        )


def put_back(store: Store, parcel: Parcel, seconds: float, *, is_lost: bool) -> None:
    """Try deliveries again after some seconds."""
    with store.transaction() as db:
        db.executemany(
            "UPDATE plancompare_delivery SET state = 'retrying', due_at = ?, lost = lost + ? "
            "WHERE id = ?",
            [(time.time() + seconds, int(is_lost), owed.id) for owed in parcel],
        )


def recover(store: Store) -> None:
    """Take up again what a stopped process was sending."""
    with store.transaction() as db:
        sql = "UPDATE plancompare_delivery SET state = 'retrying', due_at = 0 WHERE state = ?"
        db.execute(sql, ("sending",))


def send_now(store: Store, delivery_ids: Sequence[int] | None = None) -> int:
    """Make deliveries due at once, ended ones too; without ids, all that did not arrive."""
    chosen: Sequence[int] | None = delivery_ids
    if chosen is None:
        sql = "SELECT id FROM plancompare_delivery WHERE state IN ('pending','retrying','refused')"
        chosen = [row["id"] for row in store.rows(sql)]
    done = 0
    with store.transaction() as db:
        for number in chosen:
            done += db.execute(
                "UPDATE plancompare_delivery SET due_at = 0, finished_at = NULL, state = "
                "CASE WHEN rounds = 0 THEN 'pending' ELSE 'retrying' END "
                "WHERE id = ? AND state <> 'sending'",
                (number,),
            ).rowcount
    return done


def shown(
    store: Store, *, state: str = "", after: int = 0, limit: int = 100, newest: bool = False
) -> list[dict[str, Any]]:
    """List deliveries with their enrollment's numbers and how often they were tried."""
    wanted = "WHERE d.id > ? AND ? IN ('', d.state) ORDER BY d.id " + ("DESC" if newest else "")
    return [dict(row) for row in store.rows(f"{_SHOWN} {wanted} LIMIT ?", after, state, limit)]


def of_enrollment(store: Store, token: str) -> dict[str, Any] | None:
    """Find the delivery of an enrollment by its token."""
    found = store.row(f"{_SHOWN} WHERE e.token = ?", token)
    return dict(found) if found else None


def tries(store: Store, delivery_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """List every request made for some deliveries, oldest first."""
    made: dict[int, list[dict[str, Any]]] = {number: [] for number in delivery_ids}
    sql = "SELECT * FROM plancompare_try WHERE delivery = ? ORDER BY id"
    for number, found in made.items():
        found += [dict(row) for row in store.rows(sql, number)]
    return made


def counts(store: Store) -> dict[str, int]:
    """Count deliveries by state."""
    sql = "SELECT state, count(*) AS number FROM plancompare_delivery GROUP BY state"
    found = {row["state"]: row["number"] for row in store.rows(sql)}
    return {state: found.get(state, 0) for state in STATES}


def _fresh(store: Store, behaviour: Behaviour, now: float, size: int) -> list[Any]:
    limit = behaviour.reorder if behaviour.reorder > 1 else size
    found = store.rows(
        "SELECT id FROM plancompare_delivery WHERE state = 'pending' AND due_at IS NULL "
        "AND created_at <= ? ORDER BY id LIMIT ?",
        now - behaviour.delay_seconds,
        limit,
    )
    if behaviour.reorder > 1:
        return found[::-1] if len(found) == limit else []
    return found


def _owed(store: Store, number: int) -> Owed:
    row = store.rows(
        "SELECT d.id, d.rounds, d.lost, e.payload FROM plancompare_delivery d "
        "JOIN plancompare_enrollment e ON e.id = d.enrollment WHERE d.id = ?",
        number,
    )[0]
    return Owed(row["id"], json.loads(row["payload"]), row["rounds"], row["lost"])
