"""What carriers have of groups: account structures, plan years and plans, in Noyo's shapes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sandbox.noyo.records import Entry, Json, known_id
from sandbox.noyo.samples import GUARDIAN, PRINCIPAL

UNUM = known_id("carrier:unum")
CARRIERS = {GUARDIAN: "Guardian", PRINCIPAL: "Principal", UNUM: "Unum"}
MAPPED_FIELDS = {
    GUARDIAN: (
        ("bill_groups", "bill_group_identifier", "bill group"),
        ("benefit_classes", "benefit_class_identifier", "benefit class"),
    ),
    PRINCIPAL: (
        ("bill_groups", "bill_group_number", "bill group"),
        ("member_groups", "member_group_key", "member group"),
    ),
}
"""Unum has none: its account structures have to be understood as they are."""
OPEN_END = "9999-12-31"
STATUSES = (
    "created", "processing", "noyo_review", "waiting_on_carrier", "carrier_authorization",
    "action_required", "unable_to_connect", "completed",
)  # fmt: skip
WITH_VOLUMES = ("life", "add", "std", "ltd", "critical_illness", "health_fund")


@dataclass(frozen=True)
class Plan:
    """A plan as a carrier installed it. ``ours`` is the employer's code of it, for the census."""

    line: str
    name: str
    code: str = ""
    kind: str = ""
    members: tuple[str, ...] = ("all",)
    ours: str = ""
    network: str = ""
    metal: str = ""
    is_voluntary: bool | None = None
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """A group and what its carrier has; without a configuration the carrier told nothing yet.

    ``next_year`` are the plans of a renewal that the carrier has installed already.
    """

    name: str
    ein: str
    carrier: str
    number: str
    configuration: Json | None = None
    plans: tuple[Plan, ...] = ()
    next_year: tuple[Plan, ...] = ()
    status: str = "completed"
    tier: str = "premier"
    class_key: str = "benefit_class_identifiers"
    known: str = ""

    @property
    def id(self) -> str:
        """Its ID at Noyo: the one given, else one that follows from its EIN."""
        return self.known or known_id(f"group:{self.ein}")


def entries(group: Group, today: date) -> Iterator[Entry]:
    """The records of a group, its connection included."""
    yield "group", group.id, "", {"name": group.name, "federal_ein": group.ein}
    connection = connection_of(group.id, group.name, group.carrier, group.number, group.status)
    yield "connection", known_id(f"connection:{group.ein}"), group.id, connection
    if group.configuration is not None:
        yield from installed(group, today)


def installed(group: Group, today: date) -> Iterator[Entry]:
    """What a carrier tells once it is connected."""
    content = {
        "group_id": group.id,
        "carrier_id": group.carrier,
        "carrier_group_id": group.number,
        "configuration": group.configuration or {},
        "connection_configuration": _exchange(group.tier),
    }
    key = f"configuration:{group.id}:{group.carrier}"
    yield "configuration", known_id(key), group.id, content
    is_yearly = bool(group.next_year)
    yield from plan_year(group, group.plans, today.year, is_yearly=is_yearly)
    if is_yearly:
        yield from plan_year(group, group.next_year, today.year + 1, is_yearly=True)


def plan_year(
    group: Group, plans: Sequence[Plan], year: int, *, is_yearly: bool
) -> Iterator[Entry]:
    """The plan years of a group's lines, and their plans: for the year, or without an end."""
    for line in dict.fromkeys(plan.line for plan in plans):
        owner = known_id(f"{group.id}:{group.carrier}:{line}:{year}")
        yield "plan_year", owner, group.id, plan_year_of(group.id, group.carrier, line, year)
        for number, plan in enumerate(one for one in plans if one.line == line):
            dates = (f"{year}-01-01", f"{year}-12-31")
            if not is_yearly:
                dates = (f"{year - 1}-01-01", OPEN_END)
            told = plan_of(plan, group.carrier, owner, dates, class_key=group.class_key)
            yield "plan", known_id(f"{owner}:{number}"), group.id, told


def plan_year_of(group_id: str, carrier: str, line: str, year: int) -> Json:
    """A line of coverage with a carrier in one calendar year: Noyo's group enrollment."""
    return {
        "group_id": group_id,
        "carrier_id": carrier,
        "line_of_coverage": line,
        "status": "active",
        "effective_start_date": f"{year}-01-01",
        "effective_end_date": f"{year}-12-31",
        "open_enrollment_start_date": f"{year}-11-01",
        "open_enrollment_end_date": f"{year}-12-10",
        "open_enrollment_renewal_date": f"{year + 1}-01-01",
    }


def plan_of(
    plan: Plan, carrier: str, owner: str, dates: tuple[str, str], *, class_key: str
) -> Json:
    """A plan as Noyo tells it. ``ours`` stays within the sandbox."""
    told: Json = {
        "group_enrollment_id": owner,
        "carrier_id": carrier,
        "line_of_coverage": plan.line,
        "name": plan.name,
        "code": plan.code,
        "effective_start_date": dates[0],
        "effective_end_date": dates[1],
        "status": "active",
        "eligible_member_types": list(plan.members),
        "waiting_periods": [
            {"waiting_period_enrollment_type": "new_member", "waiting_period_rule": "hire_date"}
        ],
        "termination_policy": "end_of_month",
        "cobra_rules": {"eligible": True},
        "plan_configuration": {class_key: list(plan.classes)} if plan.classes else {},
        "_ours": plan.ours,
    }
    if plan.kind:
        told["plan_type"] = plan.kind
    if plan.network:
        told["network"] = plan.network
    if plan.metal:
        told["metal_tier"] = plan.metal
    if plan.is_voluntary is not None:
        told["voluntary"] = plan.is_voluntary
    if plan.line in WITH_VOLUMES:
        told["volume_rules"] = {}
    return told


def connection_of(group_id: str, name: str, carrier: str, number: str, status: str) -> Json:
    """A connection as Noyo tells it; ``setup_metadata`` is required there and never explained."""
    told: Json = {
        "organization_id": known_id("organization"),
        "group_id": group_id,
        "carrier_id": carrier,
        "request_type": "incremental",
        "status": status,
        "group_data": {"group_name": name, "carrier_group_id": number},
        "setup_result": {},
        "setup_metadata": {},
    }
    if status == "completed":
        told["completed"] = 1_767_225_600
    return told


def _exchange(tier: str) -> Json:
    is_live = tier == "premier"
    return {
        "connection_tier": tier,
        "data_exchange": {
            "enrollments": {
                "to_carrier": {"enabled": True, "default_method": "api" if is_live else "feeds"},
                "from_carrier": {"enabled": is_live},
            },
            "group_structure": {"enabled": is_live, "default_method": "api"},
            "enrollment_errors": {"enabled": True, "default_method": "snapshot_errors"},
        },
    }


def is_option(option: Json, identifier: str) -> bool:
    """Whether an option of an account structure has this identifier."""
    return any(str(value) == identifier for key, value in option.items() if not _is_label(key))


def label_key(option: Json) -> str:
    """Under which key an option has its label."""
    return next(key for key in option if _is_label(key))


def _is_label(key: str) -> bool:
    return key.endswith(("_name", "_description", "_status"))
