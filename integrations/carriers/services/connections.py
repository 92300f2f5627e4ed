"""What the settings pages save: a connection, what it signs in with, and its pinned host key."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.carriers.models import Connection, Credentials

TIMES = ("is_active", "days", "at")
ADDED = (
    gettext_noop("Carrier connection added"),
    gettext_noop("Carrier connection added, with new credentials"),
)
CHANGED = (
    gettext_noop("Carrier connection changed"),
    gettext_noop("Carrier connection changed, with new credentials"),
)


@dataclass(frozen=True, repr=False)
class Secrets:
    """What was typed to sign in with; blank leaves what is stored."""

    secret: str = ""
    private_key: str = ""
    passphrase: str = ""

    def given(self) -> dict[str, str]:
        """Those that were typed."""
        return {name: value for name, value in vars(self).items() if value}


def save(*, connection: Connection, secrets: Secrets, user: User, at: datetime) -> Connection:
    """Save a connection as its form left it.

    Stored credentials belong to the place they were entered for: when the place changes they are
    forgotten, and so is the host key. A changed schedule begins now; nothing is made up for.
    """
    summary, with_secrets = CHANGED if connection.pk else ADDED
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary) as batch:
        before = _locked(connection)
        if before is None or _differ(before, connection, TIMES):
            connection.scheduled_since = at
        if before is not None and before.place != connection.place:
            connection.host_key = ""
            Credentials.objects.filter(connection=connection).delete()
        connection.save()
        given = secrets.given()
        if given:
            keep(connection, **given)
        text = with_secrets if given else summary
        history.write(history.entry(batch=batch, record=connection, text=text))
    return connection


def keep(connection: Connection, **given: str) -> Credentials:
    """Store what was typed to sign in with, for the place where the connection leads now."""
    stored, _ = Credentials.objects.get_or_create(connection=connection)
    for name, value in given.items():
        setattr(stored, name, value)
    stored.place = connection.place
    stored.save()
    return stored


def forget_host_key(*, connection_id: int, user: User) -> None:
    """Let the next connection pin the key that the server shows then."""
    summary = gettext_noop("Host key of a carrier forgotten")
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary) as batch:
        connection = Connection.objects.select_for_update().get(pk=connection_id)
        connection.host_key = ""
        connection.save(update_fields=["host_key"])
        history.write(history.entry(batch=batch, record=connection, text=summary))


def _locked(connection: Connection) -> Connection | None:
    if connection.pk is None:
        return None
    return Connection.objects.select_for_update().get(pk=connection.pk)


def _differ(before: Connection, after: Connection, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)
