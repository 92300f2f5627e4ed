"""Groups at Noyo: which are linked, and which of ours the others may be."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext as _

from agencyhub.accounts.models import User
from agencyhub.lib.db import NameKey
from groups.models import EmployerGroup
from integrations.noyo.models import NoyoGroup

MOST = 8


@dataclass(frozen=True)
class Candidate:
    """One of our groups that a group at Noyo may be, and why."""

    group: EmployerGroup
    reasons: tuple[str, ...]


def unlinked(user: User) -> QuerySet[Any]:
    """The groups at Noyo that are none of ours yet."""
    rows: QuerySet[Any] = NoyoGroup.objects.visible_to(user)
    return rows.filter(group=None, gone_at=None).order_by("name", "pk")


def candidates(noyo_group: NoyoGroup, *, user: User) -> list[Candidate]:
    """Ours with the same EIN or the same name, those first that agree in both."""
    names = [name for name in (noyo_group.name, noyo_group.dba_name) if name]
    same_ein = Q(federal_ein=noyo_group.federal_ein) if noyo_group.federal_ein else Q(pk=None)
    same_name = Q(pk=None)
    for name in names:
        same_name |= Q(name_key=NameKey(Value(name)))
    rows = EmployerGroup.objects.visible_to(user).filter(noyo_group=None)
    found = rows.filter(same_ein | same_name).order_by("name_key", "pk")[:MOST]
    by_name = set(rows.filter(same_name).values_list("pk", flat=True))
    listed = [
        Candidate(
            group,
            tuple(
                reason
                for reason, holds in (
                    (_("same EIN"), bool(group.federal_ein)
                     and group.federal_ein == noyo_group.federal_ein),
                    (_("same name"), group.pk in by_name),
                )
                if holds
            ),
        )
        for group in found
    ]  # fmt: skip
    return sorted(listed, key=lambda one: -len(one.reasons))
