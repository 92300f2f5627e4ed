"""Reads for the pages about users, agents and roles."""

from collections import defaultdict
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db.models import QuerySet

from agencyhub.accounts.models import Agent, ApiKey, Role, User
from agencyhub.accounts.roles import APPS
from agencyhub.lib.keyset import Key
from agencyhub.lib.text import tidy

VERBS = ("view", "add", "change", "delete")
AGENT_ORDER = (Key("last_name"), Key("first_name"), Key("pk"))
USER_ORDER = (Key("username"),)


@dataclass(frozen=True)
class Right:
    """One line of the matrix: what may be done, and which roles may (in the order of the roles)."""

    label: str
    held: list[bool]


@dataclass(frozen=True)
class Area:
    """The rights about one kind of record."""

    label: str
    rights: list[Right]


@dataclass(frozen=True)
class Matrix:
    """Every role against every right that some role holds."""

    roles: list[Role]
    areas: list[Area]


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
    """Who may do what, by area: two queries, however many roles."""
    roles = list(Role.objects.prefetch_related("permissions").order_by("name", "pk"))
    held = {role.pk: {one.pk for one in role.permissions.all()} for role in roles}
    by_area: dict[str, list[Right]] = defaultdict(list)
    permissions = Permission.objects.filter(content_type__app_label__in=APPS)
    for one in permissions.select_related("content_type").order_by("content_type", "pk"):
        marks = [one.pk in held[role.pk] for role in roles]
        if any(marks):
            by_area[_area_label(one)].append(Right(_right_label(one), marks))
    areas = [Area(label, rights) for label, rights in by_area.items()]
    return Matrix(roles, sorted(areas, key=lambda area: area.label))


def _area_label(permission: Permission) -> str:
    kind = permission.content_type
    try:
        plural = str(apps.get_model(kind.app_label, kind.model)._meta.verbose_name_plural)
    except LookupError:
        plural = kind.model
    return plural[:1].upper() + plural[1:]


def _right_label(permission: Permission) -> str:
    verb = permission.codename.partition("_")[0]
    if verb in VERBS and permission.name.startswith(f"Can {verb} "):
        return verb.capitalize()
    words = tidy(permission.name.removeprefix("Can "))
    return words[:1].upper() + words[1:]
