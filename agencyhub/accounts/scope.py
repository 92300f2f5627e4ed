"""Which rows a user sees: decided here and nowhere else."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from agencyhub.accounts.models import Agent, Role, User


@dataclass(frozen=True)
class Scope:
    """How a model says whose record a row is.

    ``agent`` names its foreign key to Agent, ``additional`` its many-to-many field, and ``parent``
    a foreign key to another scoped model whose readers may read this row as well.
    """

    agent: str
    additional: str | None = None
    parent: str | None = None


@dataclass(frozen=True)
class Reach:
    """How far one user's roles reach."""

    sees_all: bool
    sees_unassigned: bool
    agent_ids: tuple[int, ...]

    def exceeds(self, other: "Reach") -> bool:
        """Whether it takes in records that ``other`` does not."""
        if other.sees_all:
            return False
        is_wider = self.sees_unassigned and not other.sees_unassigned
        return self.sees_all or is_wider or not set(self.agent_ids) <= set(other.agent_ids)


NOTHING = Reach(sees_all=False, sees_unassigned=False, agent_ids=())
EVERYTHING = Reach(sees_all=True, sees_unassigned=True, agent_ids=())

Rows = TypeVar("Rows", bound=models.QuerySet[Any])


def reach_of(user: User) -> Reach:
    """The widest reach among the user's roles; read once per request (kept on the user object)."""
    if not user.is_active:
        return NOTHING
    if user.is_superuser:
        return EVERYTHING
    if user._reach is None:
        scopes = {role.scope for role in user.roles}
        if Role.Scope.ALL in scopes:
            user._reach = EVERYTHING
        elif not scopes:
            user._reach = NOTHING
        else:
            agents = Agent.objects.filter(Q(user=user) | Q(accessible_to=user))
            user._reach = Reach(
                sees_all=False,
                sees_unassigned=Role.Scope.OWN_AND_UNASSIGNED in scopes,
                agent_ids=tuple(sorted(set(agents.values_list("pk", flat=True)))),
            )
    return user._reach


def narrow(rows: Rows, *, user: User) -> Rows:
    """Keep the rows that ``user`` may see, for any model with a ``scope``."""
    reach = reach_of(user)
    if reach.sees_all:
        return rows
    return rows.filter(_condition(rows.model, reach))


def _condition(model: type[models.Model], reach: Reach, path: str = "") -> Q:
    """The reach as a condition on ``model``'s rows, which ``path`` leads to.

    A parent's fields are reached by a join: a page of 50 rows then looks up 50 parents, where
    ``IN (SELECT ...)`` would first collect everybody whom the user may read.
    """
    scope: Scope = model.scope  # type: ignore[attr-defined]
    condition = Q(**{f"{path}{scope.agent}__in": reach.agent_ids})
    unassigned = Q(**{f"{path}{scope.agent}__isnull": True})
    if scope.additional:
        through, to_row = _additional(model, scope.additional)
        others = through._default_manager.filter(**{to_row: OuterRef(f"{path}pk")})
        condition |= Q(Exists(others.filter(agent_id__in=reach.agent_ids)))
        unassigned &= ~Q(Exists(others))
    if reach.sees_unassigned:
        condition |= unassigned
    if scope.parent:
        parent = model._meta.get_field(scope.parent).related_model
        has_parent = Q(**{f"{path}{scope.parent}__isnull": False})
        condition |= has_parent & _condition(parent, reach, f"{path}{scope.parent}__")  # type: ignore[arg-type]
    return condition


def _additional(model: type[models.Model], name: str) -> tuple[type[models.Model], str]:
    field = model._meta.get_field(name)
    through: type[models.Model] = field.remote_field.through  # type: ignore[union-attr]
    return through, field.m2m_field_name()  # type: ignore[union-attr]
