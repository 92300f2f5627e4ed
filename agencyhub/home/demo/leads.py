"""Sales records in every stage, and the older sales opportunities."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from agencyhub.home.demo import fields
from agencyhub.home.demo.load import Row, copy
from agencyhub.home.demo.office import Office, PersonSealer, moment, person_columns
from agencyhub.home.demo.people import Person, people
from agencyhub.records.models import Option
from individuals.models import SalesOpportunity, SalesRecord

# How many per 1,000 individuals.
OPEN, CONVERTED, OPPORTUNITIES = 200, 20, 75
LINKED = 0.22
STAGES = {
    "New": 30,
    "Contacted": 24,
    "Appointment set": 16,
    "Quoted": 14,
    "Application submitted": 8,
    "Closed lost": 8,
}
NOTES = (
    "Called twice, left a message.", "Wants a visit after the holidays.", "Came by the mailer.",
    "Met at the library seminar.", "Turns 65 soon; asked what Part B costs.",
    "Compares with the employer plan.", "Asked to bring the list of prescriptions.",
)  # fmt: skip
CHANCES = (
    "Medicare review",
    "Turning 65",
    "Annual enrollment review",
    "Dental and vision",
    "PDP check",
)


def write_leads(
    office: Office, dice: Random, individuals: Sequence[Row], addresses: Sequence[Row]
) -> Counter[str]:
    """Write the sales records and opportunities that go with one chunk of individuals."""
    homes = {row["individual_id"]: row for row in addresses if row["is_primary"]}
    known = [{**homes[row["id"]], **row} for row in individuals]
    sealed = PersonSealer(SalesRecord)
    share = len(individuals) / 1000
    strangers = people(dice, count=round(OPEN * share), as_of=office.as_of)
    rows = [_open(office, dice, sealed, person, known) for person in strangers]
    clients = dice.sample(known, round(CONVERTED * share))
    rows += [_converted(office, dice, row) for row in clients]
    chosen = dice.sample(known, round(OPPORTUNITIES * share))
    chances = [_opportunity(office, dice, row) for row in chosen]
    return Counter(
        {
            "sales_records": copy(SalesRecord, rows),
            "sales_opportunities": copy(SalesOpportunity, chances),
        }
    )


def _open(
    office: Office, dice: Random, sealed: PersonSealer, person: Person, known: Sequence[Row]
) -> Row:
    """A record still being worked; some are about a person the agency knows already."""
    stage = dice.choices(list(STAGES), list(STAGES.values()))[0]
    same = dice.choice(known) if dice.random() < LINKED else None
    if same is not None:
        who = _copied(same)
    else:
        mbi = person.mbi if dice.random() < 0.5 else ""
        who = {**person_columns(person), **sealed.columns(mbi), **_home(person)}
    return {
        **who,
        **_worked(office, dice, days=120),
        "stage_id": office.option(Option.List.SALES_STAGE, stage),
        "assigned_agent_id": office.agent_id(dice),
        "individual_id": same["id"] if same else None,
        "custom": fields.for_person(dice),
        "notes": dice.choice(NOTES) if dice.random() < 0.4 else "",
    }


def _converted(office: Office, dice: Random, individual: Row) -> Row:
    worked = _worked(office, dice, days=400)
    return {
        **_copied(individual),
        **worked,
        "stage_id": office.option(Option.List.SALES_STAGE, "Closed won"),
        "assigned_agent_id": individual["servicing_agent_id"],
        "individual_id": individual["id"],
        "converted_at": worked["updated_at"],
        "custom": individual["custom"],
        "notes": "",
    }


def _worked(office: Office, dice: Random, *, days: int) -> dict[str, Any]:
    """When the lead came, from where, and when it was last touched."""
    came = office.as_of - timedelta(days=int(dice.triangular(1, days, 10)))
    touched = came + timedelta(days=dice.randrange(0, (office.as_of - came).days + 1))
    sources = [pk for (name, _), pk in office.options.items() if name == Option.List.LEAD_SOURCE]
    created = moment(dice, came, office=office)
    return {
        "lead_source_id": dice.choice(sources) if dice.random() < 0.85 else None,
        "lead_date": came,
        "created_at": created,
        "updated_at": max(created, moment(dice, touched, office=office)),
        "converted_at": None,
    }


def _home(person: Person) -> dict[str, Any]:
    home = person.home
    return {
        "address_1": home.line_1,
        "address_2": home.line_2,
        "city": home.place.city,
        "state": home.place.state,
        "zip_code": home.zip_code,
        "county": home.place.county,
    }


COPIED = (
    *("first_name", "middle_name", "last_name", "suffix", "nickname", "date_of_birth", "gender"),
    *("language", "email", "home_phone", "cell_phone"),
    *("part_a_effective_date", "part_b_effective_date", "city", "state", "zip_code", "county"),
)


def _copied(individual: Row) -> dict[str, Any]:
    """What a sales record about a known person says; an MBI is sealed per column: left out."""
    return {
        **{name: individual[name] for name in COPIED},
        "address_1": individual["line_1"],
        "address_2": individual["line_2"],
    }


def _opportunity(office: Office, dice: Random, individual: Row) -> Row:
    stage = dice.choices(list(STAGES), list(STAGES.values()))[0]
    day = office.as_of - timedelta(days=dice.randrange(5, 700))
    kind = dice.choice(("MAPD", "PDP", "Medicare Supplement", "Dental"))
    return {
        "individual_id": individual["id"],
        "name": dice.choice(CHANCES),
        "stage_id": office.option(Option.List.SALES_STAGE, stage),
        "coverage_type_id": office.option(Option.List.COVERAGE_TYPE, kind),
        "primary_producer_id": individual["servicing_agent_id"],
        "target_effective_date": (day + timedelta(days=70)).replace(day=1),
        "expected_premium": None,
        "notes": dice.choice(NOTES) if dice.random() < 0.4 else "",
        "created_at": moment(dice, day, office=office),
    }
