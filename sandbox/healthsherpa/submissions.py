"""Enrollments submitted at HealthSherpa, and every update of each in the published shape."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sandbox import enrolled
from sandbox.enrolled import Enrolled
from sandbox.healthsherpa.people import Seller
from sandbox.plancompare.catalogue import MA, MAPD, MEDICARE_SUPPLEMENT, PDP, Plan
from sandbox.store import Store

Json = dict[str, Any]

TABLES = """
CREATE TABLE IF NOT EXISTS healthsherpa_submission (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token TEXT NOT NULL UNIQUE,
  form_key TEXT NOT NULL UNIQUE,
  application_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  plan_name TEXT NOT NULL,
  agent TEXT NOT NULL,
  created_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS healthsherpa_update (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  submission INTEGER NOT NULL REFERENCES healthsherpa_submission (id),
  payload TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS healthsherpa_update_of ON healthsherpa_update (submission, id);
"""
SITE = "healthsherpa"
_TYPES = {MA: "ma", MAPD: "mapd", PDP: "pdp", MEDICARE_SUPPLEMENT: "med_supp"}
_SUB_TYPES = (("HMO-POS", "hmopos"), ("PPO", "ppo"), ("HMO", "hmo"))


@dataclass(frozen=True)
class Form:
    """What the form of a submission decides; ``person`` holds its text fields."""

    person: dict[str, str]
    plan: Plan
    seller: Seller
    effective_date: date
    election_code: str
    signature: str
    form_key: str


def submit(store: Store, form: Form, *, at: datetime) -> str:
    """Submit an enrollment once, however often the form is sent; answer with its token."""
    with store.transaction():
        sql = "SELECT token FROM healthsherpa_submission WHERE form_key = ?"
        found = store.row(sql, form.form_key)
        if found:
            return str(found["token"])
        number = store.next_numbers("healthsherpa")[0]
        payload = _payload(form, number, at)
        application = payload["medicare_application"]
        token = secrets.token_urlsafe(9)
        made = store.insert(
            "healthsherpa_submission",
            token=token,
            form_key=form.form_key,
            application_id=application["id"],
            name=f"{form.person['first_name']} {form.person['last_name']}",
            plan_name=form.plan.plan_name,
            agent=form.seller.words,
            created_at=at.timestamp(),
        )
        _keep(store, made, payload)
        enrolled.add(store, _enrolled(form, application["confirmation_number"], at))
    return token


def change(store: Store, submission_id: int, changes: Json, *, at: datetime) -> None:
    """Add an update of an application, newer than the one before."""
    with store.transaction():
        payload = json.loads(updates(store, submission_id)[-1]["payload"])
        payload["medicare_application"] |= changes | {"updated_at": _moment(at)}
        _keep(store, submission_id, payload)


def by_token(store: Store, token: str) -> Json | None:
    """Find a submission."""
    found = store.row("SELECT * FROM healthsherpa_submission WHERE token = ?", token)
    return dict(found) if found else None


def latest(store: Store, limit: int = 50) -> list[Json]:
    """List submissions, newest first."""
    sql = "SELECT * FROM healthsherpa_submission ORDER BY id DESC LIMIT ?"
    return [dict(row) for row in store.rows(sql, limit)]


def application_ids(store: Store) -> list[str]:
    """Every application's id, oldest first."""
    rows = store.rows("SELECT application_id FROM healthsherpa_submission ORDER BY id")
    return [str(row["application_id"]) for row in rows]


def updates(store: Store, submission_id: int) -> list[Json]:
    """Every update of an application, oldest first."""
    sql = "SELECT * FROM healthsherpa_update WHERE submission = ? ORDER BY id"
    return [dict(row) for row in store.rows(sql, submission_id)]


def _keep(store: Store, submission_id: int, payload: Json) -> None:
    store.insert(
        "healthsherpa_update",
        submission=submission_id,
        payload=json.dumps(payload),
        updated_at=payload["medicare_application"]["updated_at"],
    )


def _payload(form: Form, number: int, at: datetime) -> Json:
    agent, plan = form.seller.agent, form.plan
    moment = _moment(at)
    return {
        "medicare_application": {
            "id": f"hsm-{number:06d}-{secrets.token_hex(4)}",
            "carrier_name": plan.carrier_name,
            "cms_plan_id": plan.plan_id if plan.plan_type != MEDICARE_SUPPLEMENT else None,
            "confirmation_number": f"HS{number:08d}",
            "created_at": moment,
            "effective_date": form.effective_date.isoformat(),
            "fips_code": "19169",
            "plan_name": plan.plan_name,
            "plan_sub_type": _sub_type(plan.plan_name),
            "plan_type": _TYPES[plan.plan_type],
            "plan_year": plan.year,
            "send_to_beneficiary": form.signature == "e_signature",
            "sep": form.election_code,
            "signature": form.signature,
            "state": form.person["state"],
            "submitted_at": moment,
            "submitting_agent_first_name": agent.first_name,
            "submitting_agent_last_name": agent.last_name,
            "submitting_agent_npn": agent.npn,
            "total_premium_cents": int(plan.premium * 100),
            "updated_at": moment,
            "zip_code": form.person["zip_code"],
        },
        "medicare_application_riders": [],
        "contact": _contact(form, number),
    }


def _contact(form: Form, number: int) -> Json:
    """Everything of a captive agent's client; of an independent agent's, who it is."""
    person = form.person
    named = {
        "id": 480000 + number,
        "first_name": person["first_name"],
        "last_name": person["last_name"],
    }
    if not form.seller.is_captive:
        return named
    return named | {
        "external_id": None,
        "middle_name": None,
        "suffix": None,
        "birth_date": person["birth_date"],
        "sex": None,
        "status": "enrolled",
        "email": person["email"] or None,
        "phone_number": person["phone_number"] or None,
        "language": "english",
        "primary_address_street": person["street"] or None,
        "primary_address_city": person["city"] or None,
        "primary_address_state": person["state"],
        "primary_address_zip_code": person["zip_code"],
        "medicaid_number": None,
        "medicare_number": person["medicare_number"],
        "needs_extra_help": False,
        "medicaid_eligible": False,
        "part_a_effective_date": None,
        "part_b_effective_date": None,
        "contact_drugs_attributes": [],
        "contact_pharmacies_attributes": [],
        "contact_providers_attributes": [],
    }


def _enrolled(form: Form, confirmation_number: str, at: datetime) -> Enrolled:
    """The carrier learns everything, whoever sold it."""
    person, plan = form.person, form.plan
    return Enrolled(
        site=SITE,
        carrier=plan.carrier_name,
        plan_id=plan.plan_id,
        plan_name=plan.plan_name,
        plan_type=plan.plan_type,
        first_name=person["first_name"],
        last_name=person["last_name"],
        date_of_birth=date.fromisoformat(person["birth_date"]),
        effective_date=form.effective_date,
        submitted_at=at,
        confirmation_number=confirmation_number,
        mbi=person["medicare_number"],
        zip=person["zip_code"],
        state=person["state"],
        npn=form.seller.agent.npn,
        agent_name=form.seller.agent.name,
        premium=Decimal(plan.premium),
    )


def _sub_type(plan_name: str) -> str | None:
    return next((kind for words, kind in _SUB_TYPES if words in plan_name), None)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
