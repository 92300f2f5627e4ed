"""Beneficiary profiles: one per record of AgencyHub, plus those typed here."""

import json
import secrets
import time
from dataclasses import dataclass

from sandbox.plancompare import profile
from sandbox.plancompare.handoff import HandOff
from sandbox.store import Store

TABLE = "plancompare_beneficiary"
TABLES = """
CREATE TABLE IF NOT EXISTS plancompare_beneficiary (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token TEXT NOT NULL UNIQUE,
  site TEXT NOT NULL CHECK (site IN ('broker', 'call_center')),
  partner_id TEXT,
  record_type TEXT,
  record_id TEXT,
  username TEXT NOT NULL,
  plan_year INTEGER NOT NULL,
  profile TEXT NOT NULL,
  unknown_fields TEXT NOT NULL DEFAULT '[]',
  times_received INTEGER NOT NULL DEFAULT 0,
  news TEXT NOT NULL,
  changed_at REAL NOT NULL,
  UNIQUE (partner_id, record_type, record_id)
) STRICT;
"""


@dataclass(frozen=True)
class Beneficiary:
    """A profile; ``news`` says what last happened to it, naming fields but no values."""

    id: int
    token: str
    site: str
    partner_id: str | None
    record_type: str | None
    record_id: str | None
    username: str
    plan_year: int
    profile: dict[str, str]
    unknown_fields: list[str]
    times_received: int
    news: str
    changed_at: float


def receive(store: Store, handoff: HandOff, site: str) -> str:
    """Make the record's beneficiary or update the one it has; answer with its token.

    A value left out of a later hand-off stays as it was; a blank one is emptied.
    """
    with store.transaction():
        sql = (
            "SELECT * FROM plancompare_beneficiary "
            "WHERE partner_id = ? AND record_type = ? AND record_id = ?"
        )
        found = store.row(sql, handoff.partner_id, handoff.record_type, handoff.record_id)
        if found is None:
            return _add(
                store,
                site=site,
                partner_id=handoff.partner_id,
                record_type=handoff.record_type,
                record_id=handoff.record_id,
                username=handoff.username,
                plan_year=handoff.plan_year,
                profile=json.dumps(handoff.profile),
                unknown_fields=json.dumps(handoff.unknown_fields),
                times_received=1,
                news="created",
            )
        _update(store, _beneficiary(dict(found)), handoff, site)
        return str(found["token"])


def create(store: Store, *, site: str, username: str, year: int, values: dict[str, str]) -> str:
    """Keep a profile that was typed here, not tied to any record; answer with its token."""
    return _add(
        store,
        site=site,
        username=username,
        plan_year=year,
        profile=json.dumps(values),
        news="created here",
    )


def save(store: Store, beneficiary: Beneficiary, values: dict[str, str]) -> None:
    """Save an edited profile and note which fields changed."""
    changed = profile.changed_labels(beneficiary.profile, values)
    store.update(
        TABLE,
        beneficiary.id,
        profile=json.dumps(values),
        news=f"saved; {_updated(changed)}",
        changed_at=time.time(),
    )


def by_token(store: Store, token: str) -> Beneficiary | None:
    """Find a profile by the token in its address."""
    sql = "SELECT * FROM plancompare_beneficiary WHERE token = ?"
    found = store.row(sql, token)
    return _beneficiary(dict(found)) if found else None


def latest(store: Store, limit: int = 50) -> list[Beneficiary]:
    """List the profiles that changed last."""
    sql = "SELECT * FROM plancompare_beneficiary ORDER BY changed_at DESC, id DESC LIMIT ?"
    return [_beneficiary(dict(row)) for row in store.rows(sql, limit)]


def count(store: Store) -> int:
    """Count the profiles."""
    return store.number("SELECT count(*) FROM plancompare_beneficiary")


def _add(store: Store, **values: object) -> str:
    token = secrets.token_urlsafe(18)
    store.insert(TABLE, token=token, changed_at=time.time(), **values)
    return token


def _update(store: Store, before: Beneficiary, handoff: HandOff, site: str) -> None:
    after = before.profile | handoff.profile
    changed = profile.changed_labels(before.profile, after)
    changed += ["Agent"] if before.username != handoff.username else []
    changed += ["Plan year"] if before.plan_year != handoff.plan_year else []
    store.update(
        TABLE,
        before.id,
        site=site,
        username=handoff.username,
        plan_year=handoff.plan_year,
        profile=json.dumps(after),
        unknown_fields=json.dumps(handoff.unknown_fields),
        times_received=before.times_received + 1,
        news=_updated(changed),
        changed_at=time.time(),
    )


def _beneficiary(row: dict[str, object]) -> Beneficiary:
    row["profile"] = json.loads(str(row["profile"]))
    row["unknown_fields"] = json.loads(str(row["unknown_fields"]))
    return Beneficiary(**row)  # type: ignore[arg-type]


def _updated(labels: list[str]) -> str:
    return f"updated: {', '.join(labels)}" if labels else "updated: nothing had changed"
