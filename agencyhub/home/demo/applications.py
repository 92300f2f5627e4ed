"""A month of applications from every source, some with blanks: what the application table shows."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from agencyhub.home.demo import enrollees
from agencyhub.home.demo.enrolled import Enrolled, Fate, Sold
from agencyhub.lib.mbi import read_mbi
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.models import Application
from commissions.services.applications import RiderTold, Told, receive

Source = Application.Source
TURNS = (
    Source.HEALTHSHERPA, Source.PLANCOMPARE, Source.HEALTHSHERPA, Source.HEALTHSHERPA,
    Source.PLANCOMPARE, Source.API, Source.HEALTHSHERPA, Source.MANUAL, Source.HEALTHSHERPA,
    Source.PLANCOMPARE, Source.BACKFILL,
)  # fmt: skip
# As partners say it.
PLAN_TYPES = {"MAPD": "mapd hmo", "Medicare Advantage": "ma", "PDP": "pdp"}
CARRIERS = {"UnitedHealthcare": "UHC"}
MISSPELT = {"Humana": "Humanna Ins. Co."}
INDEPENDENT, UNKNOWN_CARRIER, UNKNOWN_AGENT, WITH_RIDER = 13, 41, 29, 17
OTHER_LINES = (("Delta Dental", "dental"), ("Mutual of Omaha", "term life"))
SENT = time(10, 20)


def receive_all(*, as_of: date) -> None:
    """Receive the latest enrollments as applications; a second time changes nothing."""
    at = timezone.now()
    batch = history.batch(
        user=None, channel=Batch.Channel.SYNC, summary="Applications of the demo received"
    )
    with batch:
        for told in _every(enrollees.latest(as_of=as_of)):
            receive(told=told, at=at)


def _every(enrolled: list[Enrolled]) -> Iterator[Told]:
    for one in enrolled:
        yield Told(**_facts(one))
    for number, (one, (carrier, plan_type)) in enumerate(zip(enrolled, OTHER_LINES, strict=False)):
        told = _facts(one) | {"external_id": f"demo-other-{number}", "source": Source.HEALTHSHERPA}
        gone = ("policy_id", "individual_id", "plan_id", "policy_number", "confirmation_number")
        kept = {name: value for name, value in told.items() if name not in gone}
        yield Told(**kept | {"carrier_name": carrier, "plan_type": plan_type, "plan_name": ""})


def _facts(one: Enrolled) -> dict[str, Any]:
    sold, number = one.sold, one.number
    source = TURNS[number % len(TURNS)]
    told = {
        "source": source,
        "external_id": f"demo-{number:04d}",
        "source_updated_at": _sent(sold.submitted) + timedelta(minutes=2),
        "submitted_at": _sent(sold.submitted),
        "status": "enrolled",
        **_client(sold),
        **_plan(one),
        "agent_npn": sold.agent_npn,
        "agent_name": f"{sold.agent_first_name} {sold.agent_last_name}",
    }
    if source == Source.PLANCOMPARE:
        told |= {"individual_id": sold.individual_id, "policy_id": sold.policy_id}
    if source == Source.HEALTHSHERPA:
        told |= {"signature": "voice_signature", "election_code": "AEP"}
        if number % WITH_RIDER == 0:
            told["riders"] = (RiderTold("Dental and vision", premium=Decimal("24.50")),)
    return told | _blanks(one, source)


def _client(sold: Sold) -> dict[str, Any]:
    return {
        "first_name": sold.first_name,
        "last_name": sold.last_name,
        "date_of_birth": sold.date_of_birth,
        "mbi": read_mbi(sold.mbi) if sold.mbi else None,
        "state": sold.state,
        "zip_code": sold.zip_code,
    }


def _plan(one: Enrolled) -> dict[str, Any]:
    sold = one.sold
    has_number = bool(sold.policy_number) or one.fate is Fate.NO_ZERO
    return {
        "carrier_name": CARRIERS.get(sold.carrier, sold.carrier),
        "plan_type": PLAN_TYPES.get(sold.coverage_type, "med_supp"),
        "plan_name": sold.product,
        "plan_id": sold.plan_id,
        "plan_year": sold.effective_date.year,
        "policy_number": one.policy_number if has_number else "",
        "confirmation_number": sold.confirmation_number,
        "effective_date": sold.effective_date,
        "premium": sold.premium,
    }


def _blanks(one: Enrolled, source: str) -> dict[str, Any]:
    """What some sources do not tell, or tell in words that nobody knows."""
    sold = one.sold
    blank: dict[str, Any] = {}
    if source == Source.HEALTHSHERPA and one.number % INDEPENDENT == 0:
        gone = {"mbi": None, "date_of_birth": None, "state": "", "zip_code": ""}
        blank |= {"sharing": Application.Sharing.LIMITED, **gone}
    if one.number % UNKNOWN_CARRIER == 0:
        blank["carrier_name"] = MISSPELT.get(sold.carrier, f"{sold.carrier} of the Midwest")
    if one.number % UNKNOWN_AGENT == 0:
        blank |= {"agent_npn": "", "agent_name": "PELLETIER, JUNE M"}
    return blank


def _sent(day: date) -> datetime:
    return datetime.combine(day, SENT, tzinfo=timezone.get_default_timezone())
