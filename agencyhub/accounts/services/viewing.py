"""Seeing the product as somebody else sees it."""

from django.utils.translation import gettext

from agencyhub.accounts.models import AccessEvent, User
from agencyhub.accounts.services import access
from agencyhub.accounts.services.users import ensure_may_manage
from agencyhub.lib.errors import DomainError
from agencyhub.lib.visitors import Visit

PERMISSION = "accounts.view_as_user"


class MayNotViewAsError(DomainError):
    """There is nothing to see, or it is not for this person."""

    code = "may_not_view_as"


def ensure_may_view_as(actor: User, user: User) -> None:
    """Refuse somebody with more rights, somebody deactivated, and oneself.

    Raises:
        MayNotViewAsError: the reason in words.
        MayNotManageError: the user can do or see more than the actor.
    """
    if not actor.has_perm(PERMISSION):
        msg = gettext("Your roles do not let you see the product as somebody else.")
        raise MayNotViewAsError(msg)
    if user.pk == actor.pk:
        msg = gettext("You see the product as yourself already.")
        raise MayNotViewAsError(msg)
    if not user.is_active:
        msg = gettext("%(display_name)s is deactivated and sees nothing.") % {
            "display_name": user.display_name
        }
        raise MayNotViewAsError(msg)
    ensure_may_manage(actor, user)


def start(*, actor: User, user: User, visit: Visit) -> None:
    """Note that ``actor`` begins to see what ``user`` sees.

    Raises:
        MayNotViewAsError, MayNotManageError: see ``ensure_may_view_as``.
    """
    ensure_may_view_as(actor, user)
    access.note(AccessEvent.Kind.VIEW_AS_STARTED, user=user, actor=actor, visit=visit)


def end(*, actor: User, user: User | None, visit: Visit) -> None:
    """Note that it is over."""
    access.note(AccessEvent.Kind.VIEW_AS_ENDED, user=user, actor=actor, visit=visit)
