"""From a connection's settings to a connector that is ready to sign in."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.lib.crypto import UnreadableSecretError
from agencyhub.lib.fields import Sealed
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.carriers.connectors.base import Connector, Limits
from integrations.carriers.connectors.sftp import SftpAccess, SftpConnector
from integrations.carriers.connectors.web import (
    AT_ONCE,
    PATIENT,
    ApiConnector,
    PortalConnector,
    WebAccess,
)
from integrations.carriers.models import Connection, Credentials
from integrations.carriers.problems import NO_CREDENTIALS, UNREADABLE_SECRET, RetrieveError

SignIn, Transport = Connection.SignIn, Connection.Transport


def open_connector(
    connection: Connection,
    *,
    is_patient: bool = True,
    on_progress: Callable[[], None] = lambda: None,
) -> Connector:
    """Make the connector of a connection's transport; nothing is dialled yet.

    ``on_progress`` is called while a long list is read; it may raise to stop.

    Raises:
        RetrieveError: there are no credentials, or they cannot be opened.
    """
    credentials = Credentials.objects.filter(connection=connection).first()
    if credentials is None or not credentials.fit(connection):
        raise RetrieveError(NO_CREDENTIALS)
    try:
        secret, key, passphrase = (
            revealed(value)
            for value in (credentials.secret, credentials.private_key, credentials.passphrase)
        )
    except UnreadableSecretError as error:
        raise RetrieveError(UNREADABLE_SECRET) from error
    limits = Limits(
        settings.RETRIEVE_MAX_BYTES, settings.RETRIEVE_FILE_SECONDS, settings.RETRIEVE_MAX_FILES
    )
    if connection.is_sftp:
        return SftpConnector(_sftp_access(connection, secret, key, passphrase), limits)
    chosen = ApiConnector if connection.transport == Transport.API else PortalConnector
    patience = PATIENT if is_patient else AT_ONCE
    return chosen(_web_access(connection, secret), limits, patience, on_progress)


def try_out(connection: Connection, *, since: date, until: date) -> int:
    """Sign in and list the files of a range; answer how many there are. Nothing is kept.

    Raises:
        RetrieveError: says what is wrong and which field to correct.
    """
    with open_connector(connection, is_patient=False) as connector:
        return len(connector.list_files(since=since, until=until))


def pin(server: QuerySet[Any], host_key: str) -> None:
    """Remember the first host key that a server shows; a later one changes nothing.

    ``server`` finds the row that holds its settings.
    """
    summary = gettext_noop("Host key seen for the first time")
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=summary):
        server.filter(host_key="").update(host_key=host_key)


def _sftp_access(connection: Connection, secret: str, key: str, passphrase: str) -> SftpAccess:
    with_key = connection.sign_in == SignIn.KEY
    return SftpAccess(
        host=connection.host,
        port=connection.port,
        folder=connection.folder or "/",
        zone=timezone.get_default_timezone(),
        username=connection.username,
        password="" if with_key else secret,
        private_key=key if with_key else "",
        passphrase=passphrase,
        host_key=connection.host_key,
        on_host_key=lambda shown: pin(Connection.objects.filter(pk=connection.pk), shown),
    )


def _web_access(connection: Connection, secret: str) -> WebAccess:
    with_token = connection.sign_in == SignIn.TOKEN
    return WebAccess(
        base_url=connection.base_url,
        index_path=connection.index_path,
        zone=timezone.get_default_timezone(),
        username=connection.username,
        password="" if with_token else secret,
        token=secret if with_token else "",
        login_path=connection.login_path if connection.sign_in == SignIn.FORM else "",
        user_field=connection.user_field,
        password_field=connection.password_field,
    )


def revealed(value: Sealed | None) -> str:
    """A stored secret, opened; blank where there is none.

    Raises:
        UnreadableSecretError: it was sealed under a key that this installation does not have.
    """
    return value.reveal() if value else ""
