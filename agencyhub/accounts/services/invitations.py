"""Invitations: a link by mail with which somebody makes their own account."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts import roles
from agencyhub.accounts.models import AccessEvent, Agent, Invitation, Role, User
from agencyhub.accounts.services import access
from agencyhub.accounts.services.users import MayNotGrantError, ensure_may_open, save_user
from agencyhub.lib.errors import DomainError
from agencyhub.lib.visitors import Visit

SALT = "agencyhub.accounts.invitation"
Send = Callable[[int], object]


class InvitedAlreadyError(DomainError):
    """The address belongs to a user, or has an open invitation."""

    code = "invited_already"


class InvitationEndedError(DomainError):
    """The link was used, revoked, replaced by a newer one, or is too old."""

    code = "invitation_ended"


def invite(
    *,
    actor: User,
    email: str,
    given: Iterable[Role],
    agent: Agent | None,
    language: str = settings.LANGUAGE_CODE,
    at: datetime,
    send: Send,
) -> Invitation:
    """Invite an address to become a user with ``given`` roles, who sees the book of ``agent``.

    ``send`` is called with the invitation's key once it is stored.

    Raises:
        MayNotGrantError: the new user would be able to do or see more than the actor.
        InvitedAlreadyError: see there.
    """
    given = list(given)
    _ensure_may_invite(actor, given, agent)
    with transaction.atomic():
        _ensure_is_new(email)
        expires_at = at + timedelta(days=settings.INVITATION_DAYS)
        invitation = Invitation.objects.create(
            email=email, agent=agent, language=language, invited_by=actor, expires_at=expires_at
        )
        invitation.roles.set(given)
        names = ", ".join(role.name for role in given)
        access.note(AccessEvent.Kind.INVITED, actor=actor, detail=f"{email}: {names}.")
        transaction.on_commit(partial(send, invitation.pk), robust=True)
    return invitation


def resend(*, actor: User, invitation_id: int, at: datetime, send: Send) -> Invitation:
    """Send a new link, which lasts as long as a first one; the links before it end.

    Raises:
        InvitationEndedError: it was accepted or revoked.
        MayNotGrantError: the new user would be able to do or see more than the actor.
    """
    with transaction.atomic():
        invitation = _locked(invitation_id)
        _ensure_may_invite(actor, list(invitation.roles.all()), invitation.agent)
        invitation.sends += 1
        invitation.expires_at = at + timedelta(days=settings.INVITATION_DAYS)
        invitation.invited_by = actor
        invitation.save(update_fields=["sends", "expires_at", "invited_by"])
        detail = gettext_noop("%(email)s: sent again.") % {"email": invitation.email}
        access.note(AccessEvent.Kind.INVITED, actor=actor, detail=detail)
        transaction.on_commit(partial(send, invitation.pk), robust=True)
    return invitation


@transaction.atomic
def revoke(*, actor: User, invitation_id: int, at: datetime) -> Invitation:
    """End an invitation before it is accepted.

    Raises:
        InvitationEndedError: it was accepted or revoked.
    """
    invitation = _locked(invitation_id)
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    access.note(AccessEvent.Kind.INVITATION_ENDED, actor=actor, detail=f"{invitation.email}.")
    return invitation


def token_of(invitation: Invitation) -> str:
    """What stands in the link: signed, and good for the last sending only."""
    return signing.dumps([invitation.pk, invitation.sends], salt=SALT)


def find(token: str, *, at: datetime) -> Invitation:
    """Find the open invitation that a link belongs to.

    Raises:
        InvitationEndedError: see there.
    """
    try:
        pk, sends = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        pk, sends = None, None
    invitation = Invitation.objects.filter(pk=pk, sends=sends).first()
    if invitation is None or not invitation.is_open(at=at):
        msg = gettext("This invitation was used or revoked, or it is too old. Ask for a new one.")
        raise InvitationEndedError(msg)
    return invitation


@transaction.atomic
def accept(
    *, token: str, values: Mapping[str, Any], password: str, at: datetime, visit: Visit
) -> User:
    """Make the user that an invitation promised, with what they chose: names and a password.

    A second factor that a role wants is due at once.

    Raises:
        InvitationEndedError: see there.
        MayNotGrantError: who invited may no longer hand out these rights.
    """
    invitation = find(token, at=at)
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    invitation = find(token, at=at)
    given = list(invitation.roles.all())
    inviter = User.objects.get(pk=invitation.invited_by_id)
    if not inviter.is_active:
        msg = gettext("The person who invited you no longer works here. Ask for a new invitation.")
        raise InvitationEndedError(msg)
    user = save_user(
        actor=inviter,
        user=None,
        values={**values, "email": invitation.email},
        given=given,
        agent=invitation.agent,
        accessible_agents=[],
        password=password,
    )
    if any(role.requires_second_factor for role in given):
        user.second_factor_due_at = at
        user.save(update_fields=["second_factor_due_at"])
    invitation.accepted_at, invitation.user = at, user
    invitation.save(update_fields=["accepted_at", "user"])
    access.note(AccessEvent.Kind.INVITATION_USED, user=user, actor=inviter, visit=visit)
    return user


def _ensure_may_invite(actor: User, given: list[Role], agent: Agent | None) -> None:
    allowed = set(roles.grantable(actor).values_list("pk", flat=True))
    refused = [role.name for role in given if role.pk not in allowed]
    if refused:
        msg = gettext("You cannot give rights that you do not have: %(refused)s.") % {
            "refused": ", ".join(refused)
        }
        raise MayNotGrantError(msg, field="roles")
    ensure_may_open(actor, None, {"agent": [agent] if agent else []})


def _ensure_is_new(email: str) -> None:
    if User.objects.filter(email__iexact=email).exists():
        msg = gettext("A user has this email address already.")
        raise InvitedAlreadyError(msg, field="email")
    open_ones = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    if open_ones.filter(email__iexact=email).exists():
        msg = gettext("This address is invited already. Send that invitation again, or revoke it.")
        raise InvitedAlreadyError(msg, field="email")


def _locked(invitation_id: int) -> Invitation:
    """Lock an invitation that is neither accepted nor revoked."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    if invitation.accepted_at or invitation.revoked_at:
        msg = gettext("This invitation was accepted or revoked in the meantime.")
        raise InvitationEndedError(msg)
    return invitation
