"""Saying which of our groups a group at Noyo is."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from groups.models import EmployerGroup
from integrations.noyo.changes import Changes
from integrations.noyo.models import (
    CarrierOption,
    CarrierPlan,
    GroupConnection,
    Mapping,
    NoyoGroup,
    PlanYear,
)
from integrations.noyo.services import connections, reopening

JOINED = gettext_noop("Group at Noyo linked with ours")
PARTED = gettext_noop("Group at Noyo parted from ours")


class JoiningError(DomainError):
    """The two cannot be said to be one group, or not be parted."""

    code = "noyo_group"


def join(*, noyo_group: NoyoGroup, group: EmployerGroup, user: User, at: datetime) -> None:
    """Say that the two are the same; connected carriers get their mappings at once.

    Raises:
        JoiningError: one of them is linked already.
    """
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=JOINED):
        row = NoyoGroup.objects.select_for_update(no_key=True).get(pk=noyo_group.pk)
        if row.group_id is not None:
            raise JoiningError(gettext("This group at Noyo is linked already."))
        if NoyoGroup.objects.filter(group=group).exists():
            raise JoiningError(gettext("Another group at Noyo is linked with this one."))
        row.group = group
        row.save(update_fields=["group"])
        connections.give_to_group(row)
        reopening.after_pull(noyo_group=row, changes=_everything(row), at=at)
        connections.mark_due(NoyoGroup.objects.filter(pk=row.pk), at=at)


def part(*, noyo_group: NoyoGroup, user: User) -> None:
    """Take back that the two are the same.

    Raises:
        JoiningError: the group is mapped already.
    """
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=PARTED):
        row = NoyoGroup.objects.select_for_update(no_key=True).get(pk=noyo_group.pk)
        if Mapping.objects.filter(group=row.group_id).exists():
            raise JoiningError(gettext("The group is mapped already, so the two stay linked."))
        GroupConnection.objects.filter(noyo_group=row, asked_by=None).update(group=None)
        row.group = None
        row.save(update_fields=["group"])


def _everything(row: NoyoGroup) -> Changes:
    """All that is known of a group, as if it had just been read for the first time."""
    here = {"noyo_group": row, "gone_at": None}
    completed: QuerySet[Any] = GroupConnection.objects.filter(
        noyo_group=row, status=GroupConnection.Status.COMPLETED
    )
    return Changes(
        new_plans=set(CarrierPlan.objects.filter(**here).values_list("noyo_id", flat=True)),
        new_options=set(CarrierOption.objects.filter(**here).values_list("pk", flat=True)),
        plan_years=set(PlanYear.objects.filter(**here).values_list("noyo_id", flat=True)),
        first_connection=set(completed.values_list("carrier", flat=True)),
    )
