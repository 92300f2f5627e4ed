"""Employees who wait for decisions, and files that decide on them."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from agencyhub.home.demo.load import copy, reserve_ids
from agencyhub.lib.crypto import blind_indexes
from agencyhub.lib.fields import SealedTextField
from eoi.models import EoiRequest
from groups.models import (
    SSN_INDEX,
    Benefit,
    CoveragePeriod,
    Election,
    Employee,
    EmployerGroup,
    GroupPlan,
    PlanRate,
)
from policies.models import Carrier

GROUPS = 20
NAME = "Bench"
BENEFIT = "subscriber_life"
BEGAN, ASKED, EFFECTIVE = date(2026, 1, 1), date(2026, 11, 1), "12/01/2026"
AT = datetime(2026, 11, 1, tzinfo=UTC)
IN_FORCE, REQUESTED = Decimal("100000.00"), Decimal("200000.00")
HEADER = (
    *("Subscriber ID", "SSN", "Covered Person", "Benefit Lookup Code", "Action"),
    *("Approved Volume", "Effective Date", "Original Effective Date", "Reference Number"),
)
ACTIONS = (
    ("Approve All", ""),
    ("Approve Partial", "150,000.00"),
    ("Approve Partial and Pend Remaining", "$120,000.00"),
    ("deny_permanently", "150000"),
    ("expire_all", ""),
    ("deny_all", ""),
)


def fill(*, requests: int) -> None:
    """Give groups employees with one request each; call it once per database."""
    carrier = Carrier.objects.get_or_create(name=f"{NAME} Life")[0]
    groups = EmployerGroup.objects.bulk_create(
        EmployerGroup(name=f"{NAME} {number}") for number in range(GROUPS)
    )
    plans = [_plan(group, carrier) for group in groups]
    employees = _employees(groups, requests)
    keys = reserve_ids(Election, requests)
    elections, periods, waiting = [], [], []
    for number, (pk, employee) in enumerate(zip(keys, employees, strict=True)):
        plan = plans[number % GROUPS]
        elections.append(_election(pk, employee, plan))
        periods.append(
            {"election_id": pk, "plan_id": plan.pk, "volume": IN_FORCE, "premium": Decimal(20),
             "start_date": BEGAN}
        )  # fmt: skip
        waiting.append(
            {"group_id": plan.group_id, "employee_id": employee, "election_id": pk,
             "status": "pending", "requested_volume": REQUESTED, "opened_date": ASKED,
             "created_at": AT}
        )  # fmt: skip
    copy(Election, elections)
    copy(CoveragePeriod, periods)
    copy(EoiRequest, waiting)


def write(folder: Path, *, decisions: int, per_file: int) -> list[Path]:
    """Files that decide on the first requests, all six actions in turn, as people write them."""
    starts = range(0, decisions, per_file)
    return [
        _write(
            folder / f"decisions-{start // per_file:03}.csv",
            range(start, min(start + per_file, decisions)),
        )
        for start in starts
    ]


def write_by_group(folders: Sequence[Path], *, first: int, count: int) -> list[Path]:
    """A file in each group's folder; together they decide on ``count`` requests from a number on.

    ``folders`` are in the order of the groups, and ``first`` is one of the first group's.
    """
    last = first + count
    return [
        _write(folder / "decisions.csv", range(first + at, last, GROUPS))
        for at, folder in enumerate(folders)
    ]


def _write(path: Path, numbers: Iterable[int]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(map(_row, numbers))
    return path


def _row(number: int) -> tuple[str, ...]:
    action, volume = ACTIONS[number % len(ACTIONS)]
    return (
        subscriber(number), _ssn(number), "", BENEFIT, action, volume, EFFECTIVE, "",
        f"R-{number}",
    )  # fmt: skip


def _plan(group: EmployerGroup, carrier: Carrier) -> GroupPlan:
    benefit = Benefit.objects.create(
        group=group, lookup_code=BENEFIT, name="Voluntary Life", line="life"
    )
    plan = GroupPlan.objects.create(
        group=group, benefit=benefit, carrier=carrier, name="Life", effective_date=BEGAN
    )
    PlanRate.objects.bulk_create(
        PlanRate(
            plan=plan, start_date=BEGAN, from_age=age, per_thousand=Decimal(500 + age) / 10_000
        )
        for age in range(0, 80, 5)
    )
    return plan


def _employees(groups: list[EmployerGroup], count: int) -> list[int]:
    field: SealedTextField = Employee._meta.get_field("ssn")  # type: ignore[assignment]
    numbers = [_ssn(number).replace("-", "") for number in range(count)]
    indexes = blind_indexes(numbers, purpose=SSN_INDEX)
    keys = reserve_ids(Employee, count)
    rows: list[dict[str, Any]] = [
        {"id": keys[number], "group_id": groups[number % GROUPS].pk, "first_name": "Ana",
         "last_name": f"Lopez {number}", "external_id": subscriber(number),
         "date_of_birth": date(1960 + number % 40, 1 + number % 12, 1 + number % 28),
         "hire_date": BEGAN, "salary": Decimal(60_000), "ssn": field.seal(ssn).data,
         "ssn_index": index, "ssn_tail": ssn[-4:], "created_at": AT, "updated_at": AT}
        for number, (ssn, index) in enumerate(zip(numbers, indexes, strict=True))
    ]  # fmt: skip
    copy(Employee, rows)
    return keys


def _election(pk: int, employee_id: int, plan: GroupPlan) -> dict[str, Any]:
    return {
        "id": pk, "employee_id": employee_id, "benefit_id": plan.benefit_id, "plan_id": plan.pk,
        "volume": IN_FORCE, "premium": Decimal(20), "requested_plan_id": plan.pk,
        "requested_volume": REQUESTED, "requested_premium": Decimal(40), "gi_volume": IN_FORCE,
        "waiting_for_eoi": True, "event": "open_enrollment", "elected_date": ASKED,
        "original_effective_date": BEGAN, "change_effective_date": ASKED,
        "created_at": AT, "updated_at": AT,
    }  # fmt: skip


def subscriber(number: int) -> str:
    """The id of an employee, as the group's files name it."""
    return f"{number + 1:010}"


def _ssn(number: int) -> str:
    digits = f"{100_000_000 + number:09}"
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
