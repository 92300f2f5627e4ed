"""Reading what Noyo tells: tolerant of what its texts disagree on, strict about IDs. Pure.

Every ``read_…`` raises ``PartnerContractError`` with the names of the fields that are wrong.
"""

import hashlib
import json
from typing import Any

from agencyhub.lib.ssn import InvalidSsnError, read_ssn
from integrations.noyo.reader import Reader, as_text, texts
from integrations.noyo.told import (
    ConfigurationTold,
    ConnectionTold,
    CoverageTold,
    GroupTold,
    MappedField,
    MemberTold,
    PlanTold,
    PlanYearTold,
    Record,
)

MEMBER_TYPES = ("eligible_member_types", "eligible_member_type")
"""The published schema's name, and the one of the sample in Noyo's guide."""
GENDERS = {"F": "female", "M": "male"}
UNTOLD = ("version", "created", "modified")
"""A record with only these other is the same as before."""
NAMES, SHORT, NUMBERS, WORDS = 200, 120, 80, 20


def read_group(row: Record) -> GroupTold:
    """Read a group."""
    read = Reader(row)
    group = GroupTold(
        noyo_id=read.needed("id"),
        version=read.id("version"),
        name=read.cut("name", NAMES),
        dba_name=read.cut("dba_name", NAMES),
        federal_ein=read.text("federal_ein").replace("-", "")[:WORDS],
    )
    return read.checked(group)


def read_connection(row: Record) -> ConnectionTold:
    """Read how far Noyo is with a connection."""
    read = Reader(row)
    asked = Reader(read.object("group_data"))
    connection = ConnectionTold(
        noyo_id=read.needed("id"),
        version=read.id("version"),
        group_id=read.id("group_id"),
        carrier_id=read.needed("carrier_id"),
        carrier_group_id=asked.id("carrier_group_id", NUMBERS),
        group_name=asked.cut("group_name", NAMES),
        status=read.needed("status"),
        message=" ".join(texts(read.object("setup_result")))[:300],
        completed_at=read.moment("completed"),
    )
    read.problems += asked.problems
    return read.checked(connection)


def read_mapped_field(row: Record) -> MappedField:
    """Read which part of a carrier's account structures matters."""
    read = Reader(row)
    field = MappedField(
        object_name=read.needed("object_name", NUMBERS),
        mapped_field=read.needed("mapped_field", NUMBERS),
        label=read.cut("label", NUMBERS),
        mapping_type=read.text("mapping_type") or "account_structure",
    )
    return read.checked(field)


def read_configuration(row: Record) -> ConfigurationTold:
    """Read a carrier's account structure; its ID and version are in no sample, and not needed."""
    read = Reader(row)
    structure = read.object("configuration")
    connected = Reader(read.object("connection_configuration"))
    tier = connected.cut("connection_tier", WORDS)
    number = read.id("carrier_group_id", NUMBERS)
    configuration = ConfigurationTold(
        noyo_id=read.id("id"),
        version=read.id("version"),
        carrier_id=read.needed("carrier_id"),
        carrier_group_id=number,
        tier=tier,
        structure=structure,
        content=row,
        digest=digest_of({"structure": structure, "tier": tier, "number": number}),
    )
    return read.checked(configuration)


def read_plan(row: Record) -> PlanTold:
    """Read a plan of any line of coverage; the two spellings of its member types are one."""
    read = Reader(row)
    plan = PlanTold(
        noyo_id=read.needed("id"),
        version=read.id("version"),
        carrier_id=read.needed("carrier_id"),
        plan_year_id=read.id("group_enrollment_id"),
        line=read.needed("line_of_coverage", WORDS),
        name=read.cut("name", NAMES),
        code=read.id("code", NUMBERS),
        plan_type=read.cut("plan_type", WORDS),
        network=read.cut("network", NUMBERS),
        metal_tier=read.cut("metal_tier", WORDS),
        is_voluntary=_is_voluntary(row),
        status=read.cut("status", 14),
        effective_date=read.day("effective_start_date"),
        termination_date=read.day("effective_end_date"),
        member_types=_member_types(row),
        class_identifiers=_class_identifiers(read.object("plan_configuration")),
        guaranteed_issue=read.object("guaranteed_issue_rules"),
        content=row,
        digest=digest_of(row),
    )
    return read.checked(plan)


def read_plan_year(row: Record) -> PlanYearTold:
    """Read a plan year: Noyo's group enrollment."""
    read = Reader(row)
    year = PlanYearTold(
        noyo_id=read.needed("id"),
        version=read.id("version"),
        carrier_id=read.needed("carrier_id"),
        line=read.needed("line_of_coverage", WORDS),
        status=read.cut("status", 10),
        effective_date=read.day("effective_start_date"),
        termination_date=read.day("effective_end_date"),
        enrollment_start=read.day("open_enrollment_start_date"),
        enrollment_end=read.day("open_enrollment_end_date"),
        renewal_date=read.day("open_enrollment_renewal_date"),
        content=row,
        digest=digest_of(row),
    )
    return read.checked(year)


def read_member(row: Record) -> MemberTold:
    """Read an employee, or a dependent."""
    read = Reader(row)
    person = Reader(read.object("person"))
    work = Reader(read.object("employment"))
    member = MemberTold(
        noyo_id=read.needed("id"),
        version=read.id("version"),
        employee_id=read.id("employee_id"),
        custom_individual_id=read.id("custom_individual_id", NUMBERS),
        first_name=person.cut("first_name", NUMBERS),
        last_name=person.cut("last_name", NUMBERS),
        date_of_birth=person.day("date_of_birth"),
        gender=GENDERS.get(person.text("sex"), ""),
        relationship=read.cut("relationship", 24),
        ssn=_ssn(person.text("ssn")),
        employment_status=work.cut("employment_status", 12),
        hire_date=Reader(work.object("employment_dates")).day("hire_date"),
        job_title=work.cut("occupation", SHORT),
    )
    read.problems += person.problems + work.problems
    return read.checked(member)


def read_coverage(row: Record) -> CoverageTold:
    """Read what one member has: Noyo's individual enrollment."""
    read = Reader(row)
    coverage = CoverageTold(
        noyo_id=read.needed("id"),
        version=read.id("version"),
        member_id=read.needed("individual_id"),
        is_employee=read.text("individual_type") != "dependent",
        plan_id=read.id("plan_id"),
        line=read.needed("line_of_coverage", WORDS),
        status=read.cut("status", 10),
        effective_date=read.day("effective_start_date"),
        termination_date=read.day("effective_end_date"),
        volume=_volume(read.object("enroll_data").get("volume")),
    )
    return read.checked(coverage)


def digest_of(told: Record) -> bytes:
    """SHA-256 of a record, whatever the order of its fields, without its version and clocks."""
    kept = {name: value for name, value in told.items() if name not in UNTOLD}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).digest()


def _is_voluntary(row: Record) -> bool | None:
    """Dental and vision say it outright, other lines by their plan type."""
    told = row.get("voluntary")
    if isinstance(told, bool):
        return told
    return {"voluntary": True, "basic": False}.get(as_text(row.get("plan_type")).lower())


def _member_types(row: Record) -> list[str]:
    told: Any = next((row[name] for name in MEMBER_TYPES if row.get(name)), [])
    told = told if isinstance(told, list) else [told]
    return list(dict.fromkeys(as_text(value)[:24] for value in told if value))


def _class_identifiers(told: Record) -> dict[str, list[str]]:
    return {
        name: [as_text(value) for value in (values if isinstance(values, list) else [values])]
        for name, values in told.items()
        if not isinstance(values, dict)
    }


def _ssn(text: str) -> str:
    """Nine digits or nothing: a wrong number is no ground to leave a person out."""
    try:
        return read_ssn(text)
    except InvalidSsnError:
        return ""


def _volume(told: Any) -> str:
    """Some carriers tell a number, others an object with its amount."""
    return as_text(told.get("amount") if isinstance(told, dict) else told)
