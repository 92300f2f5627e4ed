"""Setting ComTrack up, turning it on and off."""

from datetime import datetime

from django.utils.translation import gettext_noop

from agencyhub.accounts.models import ApiKey, User
from agencyhub.accounts.services import keys
from agencyhub.lib.errors import DomainError
from integrations.comtrack.models import Connection
from integrations.services import switch

TITLE = "ComTrack"
SETTINGS = switch.Switch(Connection, TITLE, lock="comtrack.connection")


class NotSetUpError(DomainError):
    """There is no address or no key to ask with."""

    code = "comtrack_not_set_up"


def save(
    *, connection: Connection, address: str, new_key: str, asks_itself: bool, user: User
) -> None:
    """Store the settings; without a key AgencyHub makes one to ask itself with.

    Raises:
        MayNotIssueError: ``user`` may not make a key of the whole agency.
    """
    with SETTINGS.changing(switch.SET_UP, user=user):
        if not new_key and not connection.api_key and asks_itself:
            new_key = keys.create_key(
                actor=user, name="Nightly query", scope=ApiKey.Scope.COMTRACK, user=None,
                expires_at=None,
            ).raw  # fmt: skip
        if new_key:
            connection.api_key = new_key
        connection.pk, connection.address = 1, address
        connection.save()


def activate(*, user: User, at: datetime, own_address: str) -> None:
    """Ask every night from the next one on; what was never set up asks AgencyHub itself.

    Raises:
        NotSetUpError: no address or no key.
        MayNotIssueError: ``user`` may not make a key of the whole agency.
    """
    if not Connection.objects.exists():
        save(
            connection=Connection(),
            address=own_address,
            new_key="",
            asks_itself=True,
            user=user,
        )
    with SETTINGS.changing(switch.ACTIVATED, user=user):
        connection = SETTINGS.stored()
        if connection is None or not connection.address or not connection.api_key:
            msg = gettext_noop("Save the address and the key first.")
            raise NotSetUpError(msg)
        SETTINGS.turn_on(connection, at=at)


def deactivate(*, user: User) -> None:
    """Ask no more; settings, history and what was answered stay."""
    SETTINGS.turn_off(user=user)
