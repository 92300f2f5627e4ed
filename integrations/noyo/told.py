"""What Noyo tells, as plain values: what ``wire`` reads and the services store. Pure.

IDs are texts, also where Noyo writes numbers. A day is None where nothing or an open end is told.
``content`` is the record as it came, ``digest`` the SHA-256 of all that can change what it means.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Record = Mapping[str, Any]


@dataclass(frozen=True)
class GroupTold:
    """A group as Noyo knows it."""

    noyo_id: str
    version: str
    name: str
    dba_name: str
    federal_ein: str


@dataclass(frozen=True)
class ConnectionTold:
    """How far Noyo is with connecting a group with a carrier. ``group_id`` may not be known yet."""

    noyo_id: str
    version: str
    group_id: str
    carrier_id: str
    carrier_group_id: str
    group_name: str
    status: str
    message: str
    completed_at: datetime | None


@dataclass(frozen=True)
class MappedField:
    """A part of a carrier's account structure that matters; see ``NoyoCarrier.mapped_fields``."""

    object_name: str
    mapped_field: str
    label: str
    mapping_type: str


@dataclass(frozen=True)
class ConfigurationTold:
    """A carrier's account structure of a group; ``structure`` is its schemaless part."""

    noyo_id: str
    version: str
    carrier_id: str
    carrier_group_id: str
    tier: str
    structure: Record
    content: Record
    digest: bytes


@dataclass(frozen=True)
class PlanTold:
    """A plan that a carrier has for a group."""

    noyo_id: str
    version: str
    carrier_id: str
    plan_year_id: str
    line: str
    name: str
    code: str
    plan_type: str
    network: str
    metal_tier: str
    is_voluntary: bool | None
    status: str
    effective_date: date | None
    termination_date: date | None
    member_types: list[str]
    class_identifiers: Mapping[str, list[str]]
    guaranteed_issue: Record
    content: Record
    digest: bytes


@dataclass(frozen=True)
class PlanYearTold:
    """A line of coverage with a carrier from a day to a day."""

    noyo_id: str
    version: str
    carrier_id: str
    line: str
    status: str
    effective_date: date | None
    termination_date: date | None
    enrollment_start: date | None
    enrollment_end: date | None
    renewal_date: date | None
    content: Record
    digest: bytes


@dataclass(frozen=True, repr=False)
class MemberTold:
    """An employee or a dependent as the carrier has them; ``employee_id`` is a dependent's."""

    noyo_id: str
    version: str
    employee_id: str
    custom_individual_id: str
    first_name: str
    last_name: str
    date_of_birth: date | None
    gender: str
    relationship: str
    ssn: str
    employment_status: str
    hire_date: date | None
    job_title: str


@dataclass(frozen=True)
class CoverageTold:
    """What one member has; ``volume`` is in whole dollars as told."""

    noyo_id: str
    version: str
    member_id: str
    is_employee: bool
    plan_id: str
    line: str
    status: str
    effective_date: date | None
    termination_date: date | None
    volume: str
