"""People whom the carrier knows with other data than we do."""

from datetime import UTC, datetime
from typing import Any

from groups.models import Employee
from integrations.noyo.models import Difference, NoyoGroup
from integrations.noyo.services import differences, members
from tests.factories.groups import EmployeeFactory
from tests.factories.noyo_people import NoyoMemberFactory

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)


def differs(noyo_group: NoyoGroup, number: int, **theirs: Any) -> Employee:
    """Somebody whom the carrier knows with other data."""
    ssn = f"12345678{number}"
    ours: Employee = EmployeeFactory(group=noyo_group.group, ssn=ssn)
    NoyoMemberFactory(noyo_group=noyo_group, ssn=ssn, **theirs)
    return ours


def found(noyo_group: NoyoGroup, at: datetime = AT) -> list[Difference]:
    members.link_members(noyo_group=noyo_group)
    differences.compare(noyo_group=noyo_group, at=at, on=at.date())
    return list(Difference.objects.order_by("pk"))
