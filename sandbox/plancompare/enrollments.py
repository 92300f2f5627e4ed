"""Enrollments: numbered, kept, and put in the outbox in the same transaction."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox import agents, enrolled
from sandbox.plancompare import catalogue, people, profile
from sandbox.plancompare.beneficiaries import Beneficiary
from sandbox.store import Store

Payload = dict[str, Any]

SITE = "plancompare"
"""How the list of all that was enrolled calls this site."""

TABLES = """
CREATE TABLE IF NOT EXISTS plancompare_enrollment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token TEXT NOT NULL UNIQUE,
  form_key TEXT UNIQUE,
  beneficiary_id INTEGER REFERENCES plancompare_beneficiary (id),
  enrollment_id TEXT NOT NULL,
  confirmation_number TEXT NOT NULL,
  payload TEXT NOT NULL,
  created_at REAL NOT NULL
) STRICT;
"""


@dataclass(frozen=True)
class Application:
    """What the confirmation form decides about an enrollment."""

    plan: catalogue.Plan
    submission_date: date
    effective_date: date
    form_key: str


def default_effective_date(plan_year: int, today: date) -> date:
    """Propose 1 January of a coming plan year, else the first of next month."""
    if plan_year > today.year:
        return date(plan_year, 1, 1)
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def enroll(store: Store, beneficiary: Beneficiary, application: Application) -> str:
    """Enroll a beneficiary and queue the delivery; the same form sent twice enrolls once.

    Answers with the token of the enrollment.
    """
    with store.transaction():
        sql = "SELECT token FROM plancompare_enrollment WHERE form_key = ?"
        found = store.row(sql, application.form_key)
        if found:
            return str(found["token"])
        payload = _payload(beneficiary, application)
        kept = _keep(
            store,
            [payload],
            application.submission_date,
            form_key=application.form_key,
            beneficiary_id=beneficiary.id,
        )
        return kept[0][0]


def generate(store: Store, order: "Order") -> list[Payload]:
    """Make up and queue enrollments without anybody clicking; answer with their payloads."""
    plans = catalogue.plans_for(order.plan_year, order.plan_type)
    payloads = []
    for number in range(order.first, order.first + order.count):
        payload = {
            "username": order.username,
            "individual_id": None,
            "sales_record_id": None,
            "beneficiary": people.person(order.seed, number),
            "plan": plan_payload(plans[(order.seed * 7 + number) % len(plans)]),
            "submission_date": order.submission_date.isoformat(),
            "application_effective_date": order.effective_date.isoformat(),
            "site": order.site,
        }
        payloads.append(_merged(payload, order.overrides))
    return [payload for _, payload in _keep(store, payloads, order.submission_date)]


@dataclass(frozen=True)
class Order:
    """How many enrollments to make up and what they share."""

    count: int
    seed: int
    first: int
    username: str
    site: str
    plan_year: int
    plan_type: str
    submission_date: date
    effective_date: date
    overrides: Mapping[str, Any]


def payloads(store: Store, after: int = 0, limit: int = 100) -> list[Payload]:
    """List what is sent for enrollments, oldest first, each with its row number as ``row``."""
    sql = "SELECT id, payload FROM plancompare_enrollment WHERE id > ? ORDER BY id LIMIT ?"
    return [{"row": r["id"]} | json.loads(r["payload"]) for r in store.rows(sql, after, limit)]


def _keep(
    store: Store, given: Sequence[Payload], day: date, **origin: object
) -> list[tuple[str, Payload]]:
    """Number and keep enrollments with their deliveries: (token, payload) of each."""
    now = time.time()
    kept = []
    with store.transaction():
        for payload in _numbered(store, given, day):
            token = secrets.token_urlsafe(18)
            row = store.insert(
                "plancompare_enrollment",
                token=token,
                enrollment_id=str(payload["enrollment_id"]),
                confirmation_number=str(payload["confirmation_number"]),
                payload=json.dumps(payload),
                created_at=now,
                **origin,
            )
            store.insert("plancompare_delivery", enrollment=row, state="pending", created_at=now)
            kept.append((token, payload))
        moment = datetime.fromtimestamp(now, UTC)
        known = (_for_carriers(payload, moment) for _, payload in kept)
        enrolled.add(store, *(each for each in known if each))
    return kept


def _for_carriers(payload: Payload, moment: datetime) -> enrolled.Enrolled | None:
    """Say what the carrier is told; nothing when the payload was made to be unreadable."""
    person, plan = payload["beneficiary"], payload["plan"]
    try:
        born = date.fromisoformat(person["date_of_birth"])
        effective = date.fromisoformat(payload["application_effective_date"])
        premium = Decimal(plan["premium_per_month"])
        carrier, first, last = plan["carrier_name"], person["first_name"], person["last_name"]
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None
    agent = agents.by_username(str(payload["username"]))
    return enrolled.Enrolled(
        site=SITE,
        carrier=str(carrier),
        plan_id=str(plan.get("plan_id", "")),
        plan_name=str(plan.get("plan_name", "")),
        plan_type=str(plan.get("plan_type", "")),
        first_name=str(first),
        last_name=str(last),
        date_of_birth=born,
        effective_date=effective,
        submitted_at=moment,
        confirmation_number=str(payload["confirmation_number"]),
        mbi=str(person.get("mbi") or ""),
        zip=str(person.get("zip") or ""),
        state=str(person.get("state") or ""),
        npn=agent.npn if agent else "",
        agent_name=agent.name if agent else "",
        premium=premium,
    )


def _numbered(store: Store, given: Sequence[Payload], day: date) -> Iterator[Payload]:
    """Give the next enrollment id of the day and a confirmation number, unless there are some."""
    serials = store.next_numbers(f"plancompare_enrollment_{day:%Y%m%d}", len(given))
    confirmations = store.next_numbers("plancompare_confirmation", len(given))
    for payload, serial, confirmation in zip(given, serials, confirmations, strict=True):
        yield {
            "enrollment_id": f"PC-{day:%Y%m%d}-{serial:04d}",
            "confirmation_number": f"CN{100000 + confirmation}",
        } | payload


def _payload(beneficiary: Beneficiary, application: Application) -> Payload:
    record = beneficiary.record_type
    person = {name: beneficiary.profile.get(name) or None for name in profile.LABELS}
    return {
        "username": beneficiary.username,
        "individual_id": beneficiary.record_id if record == "individual" else None,
        "sales_record_id": beneficiary.record_id if record == "sales_record" else None,
        "beneficiary": person,
        "plan": plan_payload(application.plan),
        "submission_date": application.submission_date.isoformat(),
        "application_effective_date": application.effective_date.isoformat(),
        "site": beneficiary.site,
    }


def plan_payload(plan: catalogue.Plan) -> Payload:
    """Write a plan the way it is sent to AgencyHub."""
    return {
        "carrier_name": plan.carrier_name,
        "plan_name": plan.plan_name,
        "plan_id": plan.plan_id,
        "plan_type": plan.plan_type,
        "plan_year": plan.year,
        "premium_per_month": plan.premium_per_month,
    }


def _merged(payload: Payload, overrides: Mapping[str, Any]) -> Payload:
    """Lay given values over made-up ones, one level deep for beneficiary and plan."""
    merged = dict(payload)
    for name, value in overrides.items():
        inner = merged.get(name)
        both = isinstance(inner, dict) and isinstance(value, dict)
        merged[name] = inner | value if both else value
    return merged
