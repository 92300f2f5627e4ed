"""A book of business of made-up people, written in chunks: memory stays flat at any size."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from agencyhub.home.demo import fields, leads
from agencyhub.home.demo.load import Row, copy, reserve_ids
from agencyhub.home.demo.office import Office, PersonSealer, moment, person_columns
from agencyhub.home.demo.people import Home, Person, people
from agencyhub.home.demo.policies import Coverage, Underwriter
from agencyhub.records.models import Option
from individuals.models import Address, Individual, IndividualAgent
from policies.models import Policy, PolicyAgent

CHUNK = 2_000
POLICIES_PER_INDIVIDUAL = 1.5
SETTLED = timedelta(days=60)
NOTES = (
    "Prefers calls after 10 am.", "Daughter helps with paperwork.", "Spends winters in Arizona.",
    "Wants to keep her cardiologist.", "Asked about dental coverage.", "Hard of hearing: speak up.",
    "Referred by a neighbor.", "Reviews coverage every October.",
    "Prefiere que le hablen en español.",
)  # fmt: skip


class Holder(NamedTuple):
    """Somebody who has, or had, policies."""

    individual_id: int
    agent_id: int | None
    person: Person
    is_former: bool


@dataclass
class Chunk:
    """Rows of one chunk, by table."""

    individuals: list[Row] = field(default_factory=list)
    addresses: list[Row] = field(default_factory=list)
    agents: list[Row] = field(default_factory=list)
    policies: list[Row] = field(default_factory=list)
    policy_agents: list[Row] = field(default_factory=list)


def write_book(office: Office, *, individuals: int, seed: int) -> Counter[str]:
    """Write ``individuals`` people with policies and sales records; count the rows by table."""
    written: Counter[str] = Counter()
    for number, start in enumerate(range(0, individuals, CHUNK)):
        dice = Random(f"{seed}/{number}")
        written += _write_chunk(office, dice, min(CHUNK, individuals - start))
    return written


def _write_chunk(office: Office, dice: Random, count: int) -> Counter[str]:
    chunk = Chunk()
    ids = reserve_ids(Individual, count)
    holders: list[Holder] = []
    sealed = PersonSealer(Individual)
    for pk, person in zip(ids, people(dice, count=count, as_of=office.as_of), strict=True):
        row = _individual(office, dice, sealed, pk, person)
        chunk.individuals.append(row)
        chunk.addresses += _addresses(office, person, pk)
        if dice.random() < 0.1:
            extra = dice.choice(office.agents).pk
            if extra != row["servicing_agent_id"]:
                chunk.agents.append({"individual_id": pk, "agent_id": extra})
        if row["type_id"] in _covered_types(office):
            is_former = row["type_id"] == office.option(Option.List.INDIVIDUAL_TYPE, "X-Client")
            holders.append(Holder(pk, row["servicing_agent_id"], person, is_former))
    _add_policies(office, dice, chunk, holders, round(count * POLICIES_PER_INDIVIDUAL))
    written = Counter(
        {
            "individuals": copy(Individual, chunk.individuals),
            "addresses": copy(Address, chunk.addresses),
            "policies": copy(Policy, chunk.policies),
        }
    )
    copy(IndividualAgent, chunk.agents)
    copy(PolicyAgent, chunk.policy_agents)
    return written + leads.write_leads(office, dice, chunk.individuals, chunk.addresses)


def _individual(
    office: Office, dice: Random, sealed: PersonSealer, pk: int, person: Person
) -> dict[str, Any]:
    kind, status = _standing(office, dice, person)
    deceased = None
    if status == "Deceased":
        deceased = office.as_of - timedelta(days=dice.randrange(20, 900))
    day = office.as_of - timedelta(days=int(dice.triangular(1, 1500, 60)))
    created = moment(dice, day, office=office)
    return {
        "id": pk,
        **person_columns(person),
        **sealed.columns(person.mbi),
        "custom": fields.for_person(dice),
        "notes": dice.choice(NOTES) if dice.random() < 0.18 else "",
        "created_at": created,
        "updated_at": created,
        "type_id": office.option(Option.List.INDIVIDUAL_TYPE, kind),
        "status_id": office.option(Option.List.INDIVIDUAL_STATUS, status),
        "deceased_date": deceased,
        "servicing_agent_id": office.agent_id(dice),
    }


def _standing(office: Office, dice: Random, person: Person) -> tuple[str, str]:
    """Type and status: only people with Medicare for a while are or were clients."""
    if not person.covered_from or person.covered_from > office.as_of - SETTLED:
        return dice.choice(("Suspect", "Prospect", "Prospect")), "Active"
    kind = dice.choices(
        ("Client", "Prospect", "Suspect", "X-Client", "X-Prospect"), (68, 13, 6, 8, 5)
    )[0]
    if kind == "X-Client" and dice.random() < 0.25:
        return kind, "Deceased"
    if kind.startswith("X-"):
        return kind, "Do not contact" if dice.random() < 0.12 else "Inactive"
    return kind, "Active"


def _addresses(office: Office, person: Person, pk: int) -> list[Row]:
    home = office.option(Option.List.ADDRESS_TYPE, "Home")
    mailing = office.option(Option.List.ADDRESS_TYPE, "Mailing")
    rows = [_address(pk, home, person.home, is_primary=True)]
    return rows + [
        _address(pk, mailing, other, is_primary=False) for other in person.additional_homes
    ]


def _address(pk: int, type_id: int, home: Home, *, is_primary: bool) -> Row:
    return {
        "individual_id": pk,
        "type_id": type_id,
        "line_1": home.line_1,
        "line_2": home.line_2,
        "city": home.place.city,
        "state": home.place.state,
        "zip_code": home.zip_code,
        "county": home.place.county,
        "is_primary": is_primary,
    }


def _covered_types(office: Office) -> tuple[int, ...]:
    return tuple(
        office.option(Option.List.INDIVIDUAL_TYPE, label) for label in ("Client", "X-Client")
    )


def _add_policies(
    office: Office, dice: Random, chunk: Chunk, holders: list[Holder], wanted: int
) -> None:
    underwriter = Underwriter(dice, office.shelf, as_of=office.as_of)
    held: list[tuple[Holder, Coverage]] = [
        (holder, coverage)
        for holder in holders
        for coverage in underwriter.first_policies(holder.person, is_former=holder.is_former)
    ]
    while holders and len(held) < wanted:
        holder = dice.choice(holders)
        held.append((holder, underwriter.another(holder.person, is_former=holder.is_former)))
    del held[wanted:]
    ids = reserve_ids(Policy, len(held))
    for policy_id, (holder, coverage) in zip(ids, held, strict=True):
        chunk.policies.append(_policy(office, dice, policy_id, holder, coverage))
        if dice.random() < 0.05:
            extra = dice.choice(office.agents).pk
            chunk.policy_agents.append({"policy_id": policy_id, "agent_id": extra})


def _policy(
    office: Office, dice: Random, policy_id: int, holder: Holder, coverage: Coverage
) -> Row:
    created = moment(dice, coverage.submitted or office.as_of, office=office)
    is_numbered = coverage.status not in ("Pending", "Submitted", "Declined", "Withdrawn")
    return {
        "id": policy_id,
        "subscriber_id": holder.individual_id,
        "carrier_id": coverage.product.carrier_id,
        "product_id": coverage.product.product_id,
        "policy_number": policy_number(policy_id) if is_numbered else "",
        "status_id": office.option(Option.List.POLICY_STATUS, coverage.status),
        "coverage_type_id": office.option(
            Option.List.COVERAGE_TYPE, coverage.product.coverage_type
        ),
        "app_submit_date": coverage.submitted,
        "effective_date": coverage.effective,
        "termination_date": coverage.terminated,
        "renewal_date": _renewal(coverage),
        "premium": coverage.premium,
        "servicing_agent_id": holder.agent_id,
        "custom": fields.for_policy(dice, coverage.product.plan_id),
        "created_at": created,
        "updated_at": created,
    }


def policy_number(policy_id: int) -> str:
    """A number that looks like a carrier's and never repeats (the multiplier is odd)."""
    digits = policy_id * 387_420_489 % 10**9
    return f"{'HWMK'[policy_id % 4]}{digits:09d}"


def _renewal(coverage: Coverage) -> date | None:
    if coverage.effective is None or coverage.status not in ("Active", "Future effective"):
        return None
    return date(coverage.effective.year + 1, 1, 1)
