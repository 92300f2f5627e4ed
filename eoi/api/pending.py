"""Requests that wait, as PlanSource's callers read them.

Source: reference/groups_eoi.md B2, read 2026-11-22. Amounts are decimal texts with a point, dates
have slashes; ``eoi_volume`` is the requested volume less the one in force.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from agencyhub.accounts.models import User
from eoi.models import EoiRequest
from groups.models import Employee, Member

FORMS = {
    EoiRequest.Form.NOT_SENT: "Incomplete",
    EoiRequest.Form.INCOMPLETE: "Incomplete",
    EoiRequest.Form.COMPLETE: "Complete",
}
CHUNK = 500


def waiting(*, user: User, with_tests: bool) -> QuerySet[EoiRequest]:
    """Every open request that ``user`` may see, the oldest first."""
    rows = EoiRequest.objects.visible_to(user).open()
    if not with_tests:
        rows = rows.filter(group__is_test=False)
    return rows.select_related(
        "employee", "election__dependent", "election__benefit", "election__plan",
        "election__requested_plan",
    ).order_by("opened_date", "pk")  # fmt: skip


def records(rows: QuerySet[EoiRequest], *, with_ssn: bool) -> Iterator[dict[str, Any]]:
    """Write each request as callers read it; SSNs are blank unless ``with_ssn``."""
    for row in rows.iterator(chunk_size=CHUNK):
        yield _record(row, with_ssn=with_ssn)


def partner_id(employee: Employee) -> int | str:
    """The subscriber's id: the partner's own, as a number where it is written as one; else ours."""
    number = employee.external_id
    if not number:
        return employee.pk
    return int(number) if number.isdecimal() and str(int(number)) == number else number


def _record(row: EoiRequest, *, with_ssn: bool) -> dict[str, Any]:
    election, employee = row.election, row.employee
    plan, wanted = election.plan, election.requested_plan or election.plan
    dependent = election.dependent
    return {
        "id": partner_id(employee),
        **_person(employee, with_ssn=with_ssn),
        "benefit_name": election.benefit.name,
        "benefit_lookup_code": election.benefit.lookup_code,
        "plan_name": plan.name if plan else "",
        "req_plan_name": wanted.name if wanted else "",
        "coverage_id": election.pk,
        "coverage_line_id": row.pk,
        "volume": amount(election.volume),
        "req_volume": amount(election.requested_volume),
        "gi_volume": amount(election.gi_volume),
        "eoi_volume": amount(election.eoi_volume),
        "eoi_form": FORMS[EoiRequest.Form(row.form_status)],
        "original_effective_date": _day(election.original_effective_date),
        "change_effective_date": _day(election.change_effective_date),
        "dependents": [{"id": dependent.pk, **_person(dependent, with_ssn=with_ssn)}]
        if dependent
        else [],
        "links": {"href": f"/v2/eoi/subscriber/{partner_id(employee)}", "rel": "self"},
    }


def _person(member: Member, *, with_ssn: bool) -> dict[str, str]:
    return {
        "first_name": member.first_name,
        "last_name": member.last_name,
        "middle_name": member.middle_name,
        "ssn": member.ssn.reveal() if with_ssn and member.ssn else "",
    }


def amount(value: Decimal | None) -> str:
    """Write an amount: 100000.0, 100000.25."""
    return f"{value or Decimal(0):.2f}".removesuffix("0")


def _day(day: date | None) -> str:
    return f"{day:%Y/%m/%d}" if day else ""
