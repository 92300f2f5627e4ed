"""What the tables of the settings pages show: plan types, users with their access."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from agencyhub.accounts.models import Agent, User
from agencyhub.lib import keyset
from agencyhub.records.models import Option
from integrations.plancompare.forms.sync import KEPT
from integrations.plancompare.forms.users import UserForm
from integrations.plancompare.models import PlanCompareUser, Site

PAGE_SIZE = 25
DEFAULT_PLAN_TYPES = ("MA", "MAPD", "PDP", "Medicare Supplement")
SUGGESTED = {"ma": "medicare advantage"}
BY_USERNAME = (keyset.Key("username"), keyset.Key("pk"))


@dataclass(frozen=True)
class UserRow:
    """One user with the form that edits their access."""

    user: User
    form: UserForm
    is_saved: bool = False

    @property
    def form_id(self) -> str:
        """The id of the row's form element, which its fields refer to."""
        return f"user-{self.user.pk}-form"


def coverage_type_choices(site: Site) -> list[tuple[str, str]]:
    """Active coverage types, and inactive ones that the site maps to."""
    mapped = site.plan_types.values("coverage_type")
    options = Option.objects.filter(list=Option.List.COVERAGE_TYPE)
    options = options.filter(Q(is_active=True) | Q(pk__in=mapped))
    return [
        (str(option.pk), option.words if option.is_active else f"{option.words} (inactive)")
        for option in options.order_by("position", "pk")
    ]


def plan_type_rows(site: Site) -> list[dict[str, str]]:
    """One row per plan type seen or mapped, the usual four first, with a suggestion where new."""
    by_label = {
        option.label.casefold(): str(option.pk)
        for option in Option.objects.active(Option.List.COVERAGE_TYPE)
    }
    saved = {row.plan_type.casefold(): row for row in site.plan_types.order_by("pk")}
    rows = []
    for name in DEFAULT_PLAN_TYPES:
        if name.casefold() not in saved:
            wanted = SUGGESTED.get(name.casefold(), name.casefold())
            rows.append({"plan_type": name, "coverage_type": by_label.get(wanted, "")})
    for row in saved.values():
        kept = row.coverage_type_label if row.coverage_type_id is None else ""
        current = KEPT if kept else str(row.coverage_type_id or "")
        rows.append({"plan_type": row.plan_type, "coverage_type": current, "kept_label": kept})
    order = {name.casefold(): place for place, name in enumerate(DEFAULT_PLAN_TYPES)}
    return sorted(
        rows, key=lambda row: (order.get(row["plan_type"].casefold(), len(order)), row["plan_type"])
    )


def agent_choices() -> list[tuple[str, str]]:
    """Active agents by name, with the NPN that tells namesakes apart."""
    agents = Agent.objects.filter(is_active=True).order_by("last_name", "first_name", "pk")
    return [
        (
            str(agent.pk),
            f"{agent.full_name} · NPN {agent.npn}" if agent.npn else agent.full_name,
        )
        for agent in agents
    ]


def users_page(
    *, show: str, params: Any, agents: Sequence[tuple[str, str]]
) -> tuple[keyset.KeysetPage[User], list[UserRow]]:
    """A page of users by user name; ``show`` is ``with``, ``without`` or anything for all."""
    has_username = Q(plancompare__username__gt="")
    users: QuerySet[User] = User.objects.select_related("plancompare__servicing_agent")
    if show == "with":
        users = users.filter(has_username)
    elif show == "without":
        users = users.exclude(has_username)
    page = keyset.page(users, order=BY_USERNAME, params=params, size=PAGE_SIZE)
    return page, [user_row(user, agents=agents) for user in page]


def user_row(
    user: User, *, agents: Sequence[tuple[str, str]], data: Any = None, is_saved: bool = False
) -> UserRow:
    """A user's row, with the form bound to ``data`` when something was typed."""
    access: PlanCompareUser | None = getattr(user, "plancompare", None)
    agent = access.servicing_agent if access else None
    choices = list(agents)
    if agent and str(agent.pk) not in dict(choices):
        choices.append((str(agent.pk), f"{agent.full_name} (inactive)"))
    form = UserForm(
        data,
        agents=choices,
        prefix=f"user-{user.pk}",
        initial={
            "username": access.username if access else "",
            "servicing_agent": str(agent.pk) if agent else "",
        },
    )
    for field in form.fields.values():
        field.widget.attrs["form"] = f"user-{user.pk}-form"
    return UserRow(user, form, is_saved)
