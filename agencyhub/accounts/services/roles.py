"""Roles: what each may do, decided by people who may do no less."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop, ngettext

from agencyhub.accounts import rights, roles
from agencyhub.accounts.models import AccessEvent, Invitation, Role, User
from agencyhub.accounts.services import access
from agencyhub.accounts.services.users import MayNotGrantError
from agencyhub.lib.errors import DomainError

FIELDS = ("name", "description", "scope", "requires_second_factor")


class OwnerRoleError(DomainError):
    """The owner's role always has every right, and is never missing."""

    code = "owner_role"


class RoleInUseError(DomainError):
    """Somebody has the role, or is invited to it."""

    code = "role_in_use"


@transaction.atomic
def save_role(
    *, actor: User, role: Role | None, values: Mapping[str, Any], rights_given: Collection[str]
) -> Role:
    """Create (``role`` None) or change a role.

    ``rights_given`` are names of boxes of ``rights.catalogue``; rights without a box stay as they
    were. The owner's role keeps its name, scope and rights.

    Raises:
        MayNotGrantError: the role has, or would get, more than the actor.
    """
    saved = Role() if role is None else Role.objects.select_for_update().get(pk=role.pk)
    before = Role() if role is None else Role.objects.get(pk=role.pk)
    is_new, is_owners = role is None, saved.origin == roles.OWNER
    if role is not None and not roles.grantable(actor).filter(pk=role.pk).exists():
        msg = gettext(
            "The role %(name)s has rights that you do not have. Ask an owner to change it."
        ) % {"name": saved.name}
        raise MayNotGrantError(msg)
    for name in FIELDS:
        if name in values and not (is_owners and name in ("name", "scope")):
            setattr(saved, name, values[name])
    _ensure_may_reach(actor, before, saved, is_new=is_new)
    saved.save()
    words = _describe(before, saved, is_new=is_new)
    if not is_owners:
        words.append(_give(actor, saved, set(rights_given)))
    words = [word for word in words if word]
    if is_new or words:
        kind = AccessEvent.Kind.ROLE_ADDED if is_new else AccessEvent.Kind.ROLE_CHANGED
        access.note(kind, actor=actor, detail=" ".join([f"{saved.name}.", *words]))
    return saved


@transaction.atomic
def delete_role(*, actor: User, role_id: int) -> str:
    """Delete a role that nobody has, and answer its name.

    Raises:
        OwnerRoleError: it is the owner's.
        RoleInUseError: somebody has it, or is invited to it.
    """
    role = Role.objects.select_for_update().get(pk=role_id)
    if role.origin == roles.OWNER:
        msg = gettext("The owner's role cannot be deleted.")
        raise OwnerRoleError(msg)
    users = User.objects.filter(groups=role).count()
    if users:
        msg = ngettext(
            "%(users)s user has the role %(name)s. Give them another one first.",
            "%(users)s users have the role %(name)s. Give them another one first.",
            users,
        ) % {"users": users, "name": role.name}
        raise RoleInUseError(msg)
    if Invitation.objects.filter(roles=role, accepted_at=None, revoked_at=None).exists():
        msg = gettext("Somebody is invited to the role %(name)s. Revoke the invitation first.") % {
            "name": role.name
        }
        raise RoleInUseError(msg)
    access.note(AccessEvent.Kind.ROLE_DELETED, actor=actor, detail=f"{role.name}.")
    name = role.name
    role.delete()
    return name


def _ensure_may_reach(actor: User, before: Role, saved: Role, *, is_new: bool) -> None:
    if actor.is_superuser or (not is_new and before.scope == saved.scope):
        return
    if roles.REACHES.index(saved.scope) > roles.REACHES.index(roles.widest_scope(actor)):
        msg = gettext("You cannot give a role a wider scope than your own.")
        raise MayNotGrantError(msg, field="scope")


def _give(actor: User, role: Role, ticked: set[str]) -> str:
    """Set the rights that have a box, and say in words what changed.

    Raises:
        MayNotGrantError: a new right that the actor lacks, or that is the owner's alone.
    """
    boxes = rights.boxes(rights.catalogue())
    offered = {name for _, box in boxes for name in box.permissions}
    wanted = {name for _, box in boxes if box.name in ticked for name in box.permissions}
    held = roles.permission_names(role.permissions.select_related("content_type"))
    own = actor.get_all_permissions()
    for label, box in boxes:
        added = box.permissions & (wanted - held)
        if added & roles.OWNER_ONLY:
            msg = gettext("Only the owner's role may have this right: %(label)s.") % {
                "label": label
            }
            raise MayNotGrantError(msg, field="rights")
        if not added <= own:
            msg = gettext("You cannot give a right that you do not have: %(label)s.") % {
                "label": label
            }
            raise MayNotGrantError(msg, field="rights")
    role.permissions.set(_permissions(wanted | (held - offered)))
    was = [label for label, box in boxes if box.name in held]
    now = [label for label, box in boxes if box.name in wanted]
    return access.difference(gettext_noop("Rights"), was, now)


def _permissions(names: set[str]) -> list[Permission]:
    apps = {name.partition(".")[0] for name in names}
    found = Permission.objects.filter(content_type__app_label__in=apps)
    return [
        one
        for one in found.select_related("content_type")
        if f"{one.content_type.app_label}.{one.codename}" in names
    ]


def _describe(before: Role, saved: Role, *, is_new: bool) -> list[str]:
    words = []
    if is_new or before.scope != saved.scope:
        with translation.override(None):  # what the log keeps is English
            scope = str(saved.get_scope_display()).lower()
        words.append(gettext_noop("Scope: %(scope)s.") % {"scope": scope})
    if not is_new and before.name != saved.name:
        words.append(gettext_noop("Was called %(name)s.") % {"name": before.name})
    if before.requires_second_factor != saved.requires_second_factor:
        if saved.requires_second_factor:
            words.append(gettext_noop("Second factor required."))
        else:
            words.append(gettext_noop("Second factor no longer required."))
    return words
