"""Turning HealthSherpa on and off, and the keys it delivers with."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey, User
from agencyhub.accounts.services import keys
from agencyhub.lib.db import lock_keys
from integrations.healthsherpa import selectors
from integrations.healthsherpa.models import Connection
from integrations.healthsherpa.partner import TITLE
from integrations.services import door_keys, switch

SETTINGS = switch.Switch(Connection, TITLE, lock="healthsherpa.connection")


def activate(*, user: User, at: datetime) -> Connection:
    """Take deliveries from now on; activating twice changes nothing."""
    with SETTINGS.changing(switch.ACTIVATED, user=user):
        connection, _ = Connection.objects.get_or_create(pk=1)
        SETTINGS.turn_on(connection, at=at)
        return connection


def deactivate(*, user: User, at: datetime) -> None:
    """Refuse deliveries from now on; keys and applications stay."""
    SETTINGS.turn_off(user=user, deactivated_at=at)


@transaction.atomic
def create_key(*, user: User, at: datetime) -> api_keys.NewKey:
    """Make a key, the first or the one that follows; both work until the old one is revoked.

    Raises:
        TwoKeysError: two keys are live.
        MayNotIssueError: see ``accounts.services.keys``.
    """
    lock_keys([SETTINGS.lock])
    words = gettext("Two keys work already. Revoke the one that HealthSherpa no longer uses.")
    door_keys.ensure_room(selectors.live_keys(at=at), words=words)
    name = f"{TITLE}, {at:%m/%d/%Y}"
    scope = ApiKey.Scope.HEALTHSHERPA
    return keys.create_key(actor=user, name=name, scope=scope, user=None, expires_at=None)
