"""Users: who may make whom, and what a user is given."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts import roles
from agencyhub.accounts.models import AccessEvent, Agent, Role, User
from agencyhub.accounts.scope import reach_of
from agencyhub.accounts.services import access
from agencyhub.lib.errors import DomainError

FIELDS = ("username", "first_name", "last_name", "email", "language", "time_zone", "is_staff")


class MayNotManageError(DomainError):
    """The user to change can do more than the one who changes."""

    code = "may_not_manage_user"


class MayNotGrantError(DomainError):
    """The rights to hand out exceed the giver's own."""

    code = "may_not_grant"


class LastOwnerError(DomainError):
    """Nobody would be left who may do everything."""

    code = "last_owner"


class OwnAccountError(DomainError):
    """Nobody locks themselves out."""

    code = "own_account"


@transaction.atomic
def save_user(
    *,
    actor: User,
    user: User | None,
    values: Mapping[str, Any],
    given: Iterable[Role],
    agent: Agent | None,
    accessible_agents: Iterable[Agent],
    password: str = "",
) -> User:
    """Create (``user`` None) or change a user; ``values`` holds plain fields.

    A password set here is meant to be changed by its owner; an empty one stays as it was.

    Raises:
        MayNotManageError, MayNotGrantError: the actor would gain more than the own rights.
        LastOwnerError: nobody would be left with the owner's role.
    """
    ensure_may_manage(actor, user)
    given, books = list(given), list(accessible_agents)
    _ensure_may_grant(actor, user, given, is_staff=bool(values.get("is_staff")))
    ensure_may_open(actor, user, {"agent": [agent] if agent else [], "accessible_agents": books})
    is_new, before = user is None, _rights_of(user)
    former_email = user_email_of(user)
    user = user or User()
    for name in FIELDS:
        if name in values:
            setattr(user, name, values[name])
    if password:
        user.set_password(password)
    user.save()
    user.groups.remove(*Role.objects.filter(user=user).exclude(pk__in=[one.pk for one in given]))
    user.groups.add(*given)
    user.accessible_agents.set(books)
    former = Agent.objects.filter(user=user)
    if agent is None:
        former.update(user=None)
    else:
        former.exclude(pk=agent.pk).update(user=None)
        Agent.objects.filter(pk=agent.pk).update(user=user)
    _ensure_owner_remains()
    _note(actor, user, before, is_new=is_new)
    if password and not is_new:
        access.note(AccessEvent.Kind.PASSWORD_GIVEN, user=user, actor=actor)
    note_new_email(actor=actor, user=user, former=former_email)
    return user


@transaction.atomic
def set_user_active(*, actor: User, user_id: int, is_active: bool) -> User:
    """Let a user sign in, or end that at once: open sessions stop working too.

    Raises:
        OwnAccountError: the actor's own account.
        MayNotManageError: see ``ensure_may_manage``.
        LastOwnerError: nobody would be left with the owner's role.
    """
    user = User.objects.get(pk=user_id)
    ensure_may_manage(actor, user)
    if user.pk == actor.pk:
        msg = gettext("You cannot deactivate your own account.")
        raise OwnAccountError(msg)
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    _ensure_owner_remains()
    words = gettext("Activated.") if is_active else gettext("Deactivated.")
    access.note(AccessEvent.Kind.USER_CHANGED, user=user, actor=actor, detail=words)
    return user


def ensure_may_manage(actor: User, user: User | None) -> None:
    """Refuse when ``user`` can do or see more than ``actor``: a new password would hand that over.

    Raises:
        MayNotManageError: with whom to ask.
    """
    if user is None or actor.is_superuser or user.pk == actor.pk:
        return
    active = User.objects.get(pk=user.pk)
    active.is_active = True  # somebody deactivated has their rights again when activated
    may_more = not active.get_all_permissions() <= actor.get_all_permissions()
    if user.is_superuser or may_more or reach_of(active).exceeds(reach_of(actor)):
        msg = gettext(
            "%(display_name)s has rights that you do not have. Ask an owner to change this."
        ) % {"display_name": user.display_name}
        raise MayNotManageError(msg)


def ensure_may_open(actor: User, user: User | None, wanted: Mapping[str, Iterable[Agent]]) -> None:
    """Refuse to open the book of an agent that the actor does not see, unless the user has it.

    ``wanted`` are the agents by the form field that names them.

    Raises:
        MayNotGrantError: with the field.
    """
    reach = reach_of(actor)
    if reach.sees_all:
        return
    had: set[int] = set()
    if user is not None:
        had = set(Agent.objects.filter(user=user).values_list("pk", flat=True))
        had |= set(user.accessible_agents.values_list("pk", flat=True))
    seen = had | set(reach.agent_ids)
    for field, agents in wanted.items():
        refused = [one.full_name for one in agents if one.pk not in seen]
        if refused:
            msg = gettext("You cannot open a book that you do not see: %(refused)s.") % {
                "refused": ", ".join(refused)
            }
            raise MayNotGrantError(msg, field=field)


def user_email_of(user: User | None) -> str:
    """The address that is stored of a user, whatever a form has put into ``user`` since."""
    if user is None or user.pk is None:
        return ""
    return User.objects.values_list("email", flat=True).get(pk=user.pk)


def note_new_email(*, actor: User, user: User, former: str) -> None:
    """Note that links to a new password go elsewhere now; ``former`` is told of it by mail."""
    if former and former.lower() != user.email.lower():
        kind = AccessEvent.Kind.EMAIL_CHANGED
        access.note(kind, user=user, actor=actor, detail=former)


@transaction.atomic
def create_owner(*, username: str, email: str, password: str) -> User:
    """Make the first user of an installation, who may do everything, and the default roles."""
    roles.ensure_default_roles()
    user = User(username=username, email=email, is_staff=True, is_superuser=True)
    user.set_password(password)
    user.save()
    user.groups.add(Role.objects.get(origin=roles.OWNER))
    return user


def _ensure_owner_remains() -> None:
    """Refuse to leave an installation without somebody who may do everything.

    Two owners who go at the same moment wait for each other.
    """
    owner = Role.objects.select_for_update().filter(origin=roles.OWNER).first()
    if owner is None:  # no roles are in use yet
        return
    everything = Q(is_superuser=True) | Q(groups=owner)
    if not User.objects.filter(everything, is_active=True).exists():
        msg = gettext("This is the last owner. Make somebody else an owner first.")
        raise LastOwnerError(msg, field="roles")


def _rights_of(user: User | None) -> dict[str, list[str]]:
    """What a user has been given, by name, for the log."""
    if user is None or user.pk is None:
        return {"Roles": [], "Accessible agents": [], "Linked agent": [], "Administration": []}
    agents = Agent.objects.order_by("last_name", "first_name", "pk")
    return {
        "Roles": list(
            Role.objects.filter(user=user).order_by("name").values_list("name", flat=True)
        ),
        "Accessible agents": [one.full_name for one in agents.filter(accessible_to=user)],
        "Linked agent": [one.full_name for one in agents.filter(user=user)],
        "Administration": [gettext_noop("Django admin")] if user.is_staff else [],
    }


def _note(actor: User, user: User, before: dict[str, list[str]], *, is_new: bool) -> None:
    after = _rights_of(User.objects.get(pk=user.pk))
    words = [access.difference(label, before[label], after[label]) for label in after]
    detail = " ".join(filter(None, words))
    if is_new or detail:
        kind = AccessEvent.Kind.USER_ADDED if is_new else AccessEvent.Kind.USER_CHANGED
        access.note(kind, user=user, actor=actor, detail=detail)


def _ensure_may_grant(actor: User, user: User | None, given: list[Role], *, is_staff: bool) -> None:
    had = set(Role.objects.filter(user=user).values_list("pk", flat=True)) if user else set()
    allowed = set(roles.grantable(actor).values_list("pk", flat=True)) | had
    refused = [role.name for role in given if role.pk not in allowed]
    if refused:
        msg = gettext("You cannot give rights that you do not have: %(refused)s.") % {
            "refused": ", ".join(refused)
        }
        raise MayNotGrantError(msg, field="roles")
    if is_staff and not actor.is_staff and not (user and user.is_staff):
        msg = gettext("You cannot open the Django admin to somebody without having it yourself.")
        raise MayNotGrantError(msg, field="is_staff")
