"""Reads for the pages about users, agents and roles."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.db.models import QuerySet

from agencyhub.accounts.models import Agent, ApiKey, Role, User
from agencyhub.accounts.roles import APPS
from agencyhub.lib.keyset import Key
from agencyhub.lib.text import tidy

VERBS = ("view", "add", "change", "delete")
# Kinds of records that a role is about; rows that belong to another record follow that one.
AREAS = {
    "individuals.individual": "Individuals",
    "individuals.address": "Addresses",
    "individuals.salesrecord": "Sales Records",
    "individuals.salesopportunity": "Sales Opportunities",
    "policies.policy": "Policies",
    "policies.carrier": "Carriers",
    "policies.carrierproduct": "Carrier products",
    "accounts.agent": "Agents",
    "accounts.user": "Users",
    "accounts.role": "Roles",
    "accounts.apikey": "API keys",
    "records.option": "Option lists",
    "records.customfield": "Custom fields",
    "integrations.inboundmessage": "Messages of partners",
}
AGENT_ORDER = (Key("last_name"), Key("first_name"), Key("pk"))
USER_ORDER = (Key("username"),)


@dataclass(frozen=True)
class Area:
    """One kind of record, and in words what each role may do with it."""

    label: str
    cells: list[str]


@dataclass(frozen=True)
class Right:
    """One special right, and whether each role has it."""

    label: str
    held: list[bool]


@dataclass(frozen=True)
class Matrix:
    """Every role against every right; ``cells`` and ``held`` are in the order of the roles."""

    roles: list[Role]
    areas: list[Area]
    rights: list[Right]


def agents_for_list(*, state: str = "") -> QuerySet[Agent]:
    """Agents with their linked users; ``state`` is "active", "inactive" or empty for all."""
    agents = Agent.objects.select_related("user")
    return agents.filter(is_active=state == "active") if state else agents


def users_for_list(*, state: str = "", role: Role | None = None) -> QuerySet[User]:
    """Users with roles and linked agent; ``state`` as for agents."""
    users = User.objects.select_related("agent").prefetch_related("groups")
    if state:
        users = users.filter(is_active=state == "active")
    return users.filter(groups=role) if role else users


def keys_for_list() -> QuerySet[ApiKey]:
    """API keys, newest first."""
    return ApiKey.objects.select_related("user").order_by("-pk")


def role_matrix() -> Matrix:
    """Who may do what: a few queries, however many roles."""
    roles = list(Role.objects.prefetch_related("permissions").order_by("name", "pk"))
    held = {role.pk: {one.pk for one in role.permissions.all()} for role in roles}
    permissions = Permission.objects.filter(content_type__app_label__in=APPS)
    verbs: dict[str, dict[int, str]] = defaultdict(dict)
    special = []
    for one in permissions.select_related("content_type").order_by("content_type", "pk"):
        kind = one.content_type
        verb = one.codename.removesuffix(f"_{kind.model}")
        if verb in VERBS:
            verbs[f"{kind.app_label}.{kind.model}"][one.pk] = verb
        else:
            special.append(Right(_label(one), [one.pk in held[role.pk] for role in roles]))
    areas = [
        Area(label, [_words(verbs[model], held[role.pk]) for role in roles])
        for model, label in AREAS.items()
        if verbs[model]
    ]
    return Matrix(roles, areas, special)


def _words(verbs: dict[int, str], held: set[int]) -> str:
    """Name what may be done: "View, add", or "Everything"."""
    may = [verb for pk, verb in verbs.items() if pk in held]
    if len(may) == len(VERBS):
        return "Everything"
    return ", ".join(sorted(may, key=VERBS.index)).capitalize()


def _label(permission: Permission) -> str:
    words = tidy(permission.name.removeprefix("Can "))
    return words[:1].upper() + words[1:]
