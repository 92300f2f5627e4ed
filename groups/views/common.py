"""What the pages of this app share."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from groups.models import EmployerGroup


@dataclass(frozen=True)
class Tab:
    """One page about a group."""

    label: str
    url: str
    icon: str
    is_current: bool
    badge: str = ""


def tabs(group: EmployerGroup, *, current: str, user: User) -> list[Tab]:
    """The pages about a group that the user may open."""
    places = (
        ("overview", gettext("Overview"), reverse("groups:group_detail", args=[group.pk]),
         "building", "groups.view_employergroup"),
        ("employees", gettext("Employees"),
         f"{reverse('groups:employee_list')}?group={group.pk}", "users", "groups.view_employee"),
    )  # fmt: skip
    return [
        Tab(label, url, icon, is_current=key == current)
        for key, label, url, icon, right in places
        if user.has_perm(right)
    ]


def groups_for_page(user: User) -> QuerySet[EmployerGroup, Any]:
    """The groups that the user sees, with what their pages show."""
    return EmployerGroup.objects.visible_to(user).select_related("servicing_agent")
