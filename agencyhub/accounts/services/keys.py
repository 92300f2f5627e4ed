"""API keys made by people, who reach no further through a key than they do themselves."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from agencyhub.accounts import api_keys, oauth
from agencyhub.accounts.models import AccessEvent, ApiKey, User
from agencyhub.accounts.scope import reach_of
from agencyhub.accounts.services import access
from agencyhub.accounts.services.users import MayNotManageError, ensure_may_manage
from agencyhub.lib.errors import DomainError


class MayNotIssueError(DomainError):
    """The key would reach further than the one who makes it."""

    code = "may_not_issue_key"


@transaction.atomic
def create_key(
    *,
    actor: User,
    name: str,
    scope: str,
    user: User | None,
    expires_at: datetime | None,
    public_key: str = "",
) -> api_keys.NewKey:
    """Make a key; without ``user`` it reaches the whole agency.

    Raises:
        MayNotIssueError, MayNotManageError: see ``ensure_may_issue``.
        InvalidPublicKeyError: see ``oauth.check_public_key``.
    """
    ensure_may_issue(actor, user)
    if public_key:
        oauth.check_public_key(public_key)
    new = api_keys.create_key(
        name=name, scope=scope, user=user, expires_at=expires_at, public_key=public_key
    )
    _note(AccessEvent.Kind.KEY_CREATED, actor, new.key)
    return new


@transaction.atomic
def rotate_key(*, actor: User, key_id: int, at: datetime) -> api_keys.NewKey:
    """Make a successor, which the actor gets to see; see ``api_keys.rotate_key``.

    Raises:
        MayNotIssueError, MayNotManageError: see ``ensure_may_issue``.
        UnknownKeyError: the old key no longer works.
    """
    ensure_may_issue(actor, ApiKey.objects.select_related("user").get(pk=key_id).user)
    new = api_keys.rotate_key(key_id=key_id, at=at)
    _note(AccessEvent.Kind.KEY_ROTATED, actor, new.key)
    return new


@transaction.atomic
def revoke_key(*, actor: User, key_id: int, at: datetime) -> None:
    """Stop a key for good; see ``api_keys.revoke_key``."""
    api_keys.revoke_key(key_id=key_id, at=at)
    _note(AccessEvent.Kind.KEY_REVOKED, actor, ApiKey.objects.select_related("user").get(pk=key_id))


def _note(kind: AccessEvent.Kind, actor: User, key: ApiKey) -> None:
    detail = f"{key.name} ({key.scope}, {key.prefix}…)"
    access.note(kind, user=key.user, actor=actor, detail=detail)


def ensure_may_issue(actor: User, user: User | None) -> None:
    """Refuse a key for somebody who can do more, or for the agency to who sees a part of it.

    Raises:
        MayNotIssueError: the whole agency.
        MayNotManageError: see ``users.ensure_may_manage``.
    """
    if user is None and not sees_whole_agency(actor):
        msg = gettext("This key reaches the whole agency, and you do not. Ask an owner to make it.")
        raise MayNotIssueError(msg, field="user")
    ensure_may_manage(actor, user)


def sees_whole_agency(actor: User) -> bool:
    """Whether the actor may make a key that is limited to nobody's records."""
    return reach_of(actor).sees_all


def users_for_keys(actor: User) -> QuerySet[User]:
    """The active users whose keys the actor may make."""
    rows = User.objects.filter(is_active=True).order_by("username")
    if actor.is_superuser:
        return rows
    return rows.filter(pk__in=[user.pk for user in rows if _may_manage(actor, user)])


def _may_manage(actor: User, user: User) -> bool:
    try:
        ensure_may_manage(actor, user)
    except MayNotManageError:
        return False
    return True
