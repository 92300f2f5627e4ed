"""Noyo in the demo: the account at the sandbox, its carriers, and groups that were connected.

The first reading is asked for here and done by the worker, once the sandbox runs.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from agencyhub.records import history
from agencyhub.records.models import Batch
from groups.models import Dependent, Election, Employee, EmployerGroup, GroupPlan
from individuals.models import Gender
from integrations.noyo.models import Account, Credentials, GroupConnection, NoyoCarrier
from integrations.noyo.services import accounts, runs
from policies.models import Carrier

CLIENT_ID = "sandbox-noyo"
HERE = "http://127.0.0.1:"
CENSUS = "noyo-census.json"
# As the sandbox's card tells them.
CARRIERS = {
    "Guardian": "c699414d-fd1c-4de4-86f0-66dfff2276c4",
    "Principal": "d0003042-eaae-4491-b219-4825456a3d16",
    "Unum": "b92378bc-8cff-5922-94b3-a2d9fb995893",
}
# The carriers' numbers of the groups, as they were told when they were set up there.
NUMBERS = {
    "PS-40211": "9140211", "PS-40378": "00540378", "PS-41090": "441090-001",
    "PS-41417": "00541417", "PS-41802": "9141802", "PS-42015": "00110011",
    "PS-42266": "442266-001", "PS-TEST-1": "9100001",
}  # fmt: skip
# What a carrier changes some minutes later, when the group has been read: a link turns stale.
RENAMED = {
    "do": "rename_plan", "group": "000040378", "code": "LTD-60", "name": "LTD 66 2/3% to age 65",
    "seconds": 240,
}  # fmt: skip
SEXES = {Gender.FEMALE: "F", Gender.MALE: "M"}
ASKED = timedelta(days=21)


def ensure_noyo(*, at: datetime) -> int:
    """Connect the account once, and follow the sandbox's port; say how many groups were asked for.

    An account that somebody pointed elsewhere is left alone.
    """
    if not settings.SANDBOX_CARRIER_PASSWORD:
        return 0
    summary = "The sandbox's Noyo connected"
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=summary):
        account = Account.objects.filter(pk=1).first()
        if account is not None:
            _follow(account)
            return 0
        _point(Account(pk=1, is_active=True, activated_at=at))
        carriers = {name: _carrier(name, noyo_id) for name, noyo_id in CARRIERS.items()}
        groups = EmployerGroup.objects.filter(external_id__in=NUMBERS).order_by("pk")
        asked = GroupConnection.objects.bulk_create(
            GroupConnection(
                group=group, carrier=carriers[_carrier_of(group)], asked_at=at - ASKED,
                carrier_group_id=NUMBERS[group.external_id], changed_at=at - ASKED,
            )
            for group in groups
        )  # fmt: skip
        runs.start_run(user=None, at=at)
    _send_census(groups)
    return len(asked)


def _follow(account: Account) -> None:
    if account.fulfillment_url.startswith(HERE) and account.fulfillment_url != _address():
        _point(account)


def _address() -> str:
    return f"{settings.SANDBOX_URL.rstrip('/')}/noyo/fulfillment"


def _point(account: Account) -> None:
    base = f"{settings.SANDBOX_URL.rstrip('/')}/noyo"
    account.fulfillment_url, account.tracking_url = _address(), f"{base}/tracking"
    account.token_url = f"{base}/auth/public/token"
    account.save()
    secret = settings.SANDBOX_CARRIER_PASSWORD
    known = {"client_id": CLIENT_ID, "client_secret": secret, "webhook_secret": secret}
    places = {"places": accounts.places_of(account)}
    Credentials.objects.update_or_create(account=account, defaults=known | places)


def _carrier(name: str, noyo_id: str) -> NoyoCarrier:
    ours, _ = Carrier.objects.get_or_create(name=name)
    return NoyoCarrier.objects.create(noyo_id=noyo_id, name=name, carrier=ours)


def _carrier_of(group: EmployerGroup) -> str:
    return str(GroupPlan.objects.filter(group=group).values_list("carrier__name", flat=True)[0])


def _send_census(groups: Iterable[EmployerGroup]) -> None:
    """Put the employers' people where the sandbox's carriers find them: they know no others."""
    if settings.SANDBOX_DATA is None:
        return
    told = {"groups": [_told(group) for group in groups], "wishes": [RENAMED]}
    path = Path(settings.SANDBOX_DATA) / CENSUS
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_text(json.dumps(told), encoding="utf-8")


def _told(group: EmployerGroup) -> dict[str, Any]:
    employees = Employee.objects.filter(group=group).order_by("pk")
    families: dict[int, list[Dependent]] = defaultdict(list)
    for dependent in Dependent.objects.filter(employee__group=group).order_by("pk"):
        families[dependent.employee_id].append(dependent)
    covered: dict[tuple[int, int | None], list[dict[str, Any]]] = defaultdict(list)
    elections = Election.objects.filter(
        employee__group=group, plan__isnull=False, termination_date=None
    ).select_related("plan__benefit")
    for one in elections.order_by("pk"):
        covered[one.employee_id, one.dependent_id].append(_coverage(one))
    people = [
        _person(employee)
        | {
            "hire_date": str(employee.hire_date),
            "salary": int(employee.salary or 0),
            "coverages": covered[employee.pk, None],
            "dependents": [
                _person(one)
                | {
                    "relationship": one.relationship,
                    "coverages": covered[employee.pk, one.pk],
                }
                for one in families[employee.pk]
            ],
        }
        for employee in employees
    ]
    return {"ein": group.federal_ein, "employees": people}


def _person(person: Employee | Dependent) -> dict[str, Any]:
    return {
        "number": f"{person._meta.model_name}-{person.pk}",
        "first_name": person.first_name,
        "last_name": person.last_name,
        "date_of_birth": str(person.date_of_birth),
        "sex": SEXES.get(Gender(person.gender), "") if person.gender else "",
        "ssn": person.ssn.reveal() if person.ssn else "",
    }


def _coverage(election: Election) -> dict[str, Any]:
    plan: Any = election.plan
    return {
        "line": plan.benefit.line,
        "code": plan.code,
        "start": str(election.original_effective_date or plan.effective_date),
        "volume": int(election.volume),
    }
