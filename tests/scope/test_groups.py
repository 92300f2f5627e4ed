"""Everything of an employer group belongs to the group's agent, however deep it hangs."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.utils import timezone

from agencyhub.accounts import scope
from agencyhub.accounts.models import Role
from eoi.models import Decision
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import (
    BenefitClassFactory,
    CoverageLockFactory,
    CoveragePeriodFactory,
    DependentFactory,
    DivisionFactory,
    EmployerGroupFactory,
    LocationFactory,
)

pytestmark = pytest.mark.django_db
SCOPED = [
    model
    for app in ("groups", "eoi")
    for model in apps.get_app_config(app).get_models()
    if hasattr(model, "scope")
]


def furnish(agent):
    """A group with one of everything; answers its key."""
    group = EmployerGroupFactory(servicing_agent=agent)
    request = EoiRequestFactory(election__employee__group=group)
    DependentFactory(employee=request.employee)
    CoveragePeriodFactory(election=request.election)
    CoverageLockFactory(employee=request.employee, benefit=request.election.benefit)
    BenefitClassFactory(group=group)
    DivisionFactory(group=group)
    LocationFactory(group=group)
    Decision.objects.create(
        request=request,
        action=Decision.Action.DENY_ALL,
        effective_date=request.opened_date,
        channel=Decision.Channel.MANUAL,
        decided_at=timezone.now(),
        status_before="pending",
        status_after="denied",
        volume_before=Decimal(100_000),
        volume_after=Decimal(100_000),
        undo={},
    )
    return group.pk


def groups_of(model, user):
    """The groups whose rows the user sees."""
    path, at = "", model
    while at.scope.parent:
        path += f"{at.scope.parent}__"
        at = at._meta.get_field(at.scope.parent).related_model
    rows = scope.narrow(model._default_manager.all(), user=user)
    return sorted(rows.values_list(f"{path}pk", flat=True).distinct())


def test_is_seen_by_the_groups_agent_and_by_who_sees_everything():
    agent = AgentFactory(user=UserFactory(may=[], may__reach=Role.Scope.OWN))
    desk = UserFactory(may=[], may__reach=Role.Scope.OWN_AND_UNASSIGNED)
    keys = [furnish(servicing) for servicing in (agent, AgentFactory(), None)]
    owner = UserFactory(owner=True)

    for model in SCOPED:
        if model._default_manager.exists():
            assert groups_of(model, agent.user) == keys[:1], model
            assert groups_of(model, desk) == keys[2:], model
            assert groups_of(model, owner) == keys, model
        else:
            assert model.__name__ == "SsnReveal", "furnish has none of it"
