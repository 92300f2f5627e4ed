"""What members chose is not rewound by the history; what payroll told is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.services import undo
from eoi.models import EoiRequest
from eoi.services.electing import elect
from groups.models import Election, ElectionNotUndoableError
from tests.factories.accounts import UserFactory
from tests.factories.groups import (
    ElectionFactory,
    EmployeeFactory,
    GroupPlanFactory,
    GuaranteedIssueFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return UserFactory(owner=True)


def test_refuses_to_rewind_a_choice_whose_request_would_stay(owner):
    employee = EmployeeFactory()
    plan = GroupPlanFactory(benefit__group=employee.group)
    GuaranteedIssueFactory(plan=plan, volume=Decimal("100000.00"))
    at = timezone.now()
    day = timezone.localdate(at) + timedelta(days=30)
    elect(
        employee_id=employee.pk, benefit_id=plan.benefit_id, plan_id=plan.pk, event="new_hire",
        elected_date=timezone.localdate(at), effective_date=day, volume=Decimal("150000.00"),
        user=owner, at=at,
    )  # fmt: skip
    batch = Batch.objects.latest("pk")

    with pytest.raises(ElectionNotUndoableError, match="choose again"):
        undo.undo_batch(batch_id=batch.pk, user=owner, at=at)

    assert Election.objects.get(benefit=plan.benefit).waiting_for_eoi
    assert EoiRequest.objects.open().count() == 1


def test_rewinds_what_payroll_told(owner):
    election = ElectionFactory()
    with history.batch(user=owner, channel=Batch.Channel.SCREEN, summary="Payroll") as batch:
        Election.objects.filter(pk=election.pk).update(deduction=Decimal("12.50"))

    undo.undo_batch(batch_id=batch.pk, user=owner, at=timezone.now())

    election.refresh_from_db()
    assert election.deduction is None
