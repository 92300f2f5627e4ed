"""From a server's settings to a connector that is ready to sign in."""

from django.conf import settings
from django.utils import timezone

from agencyhub.lib.crypto import UnreadableSecretError
from eoi.worksheets.reading import LIMITS
from integrations.carriers.connectors.base import Limits
from integrations.carriers.connectors.sftp import SftpAccess, SftpConnector
from integrations.carriers.problems import NO_CREDENTIALS, UNREADABLE_SECRET, RetrieveError
from integrations.carriers.services.opening import pin, revealed
from integrations.eoi_batches.models import Credentials, Server

MEGABYTE = 1024 * 1024
MOST_FILES = 20_000


def open_connector(server: Server) -> SftpConnector:
    """Make a server's connector; nothing is dialled yet.

    Raises:
        RetrieveError: there are no credentials for it, or they cannot be opened.
    """
    credentials = Credentials.objects.filter(server=server, place=server.place).first()
    if credentials is None:
        raise RetrieveError(NO_CREDENTIALS)
    with_key = server.sign_in == Server.SignIn.KEY
    try:
        access = SftpAccess(
            host=server.host,
            port=server.port,
            folder="/",
            zone=timezone.get_default_timezone(),
            username=server.username,
            password="" if with_key else revealed(credentials.secret),
            private_key=revealed(credentials.private_key) if with_key else "",
            passphrase=revealed(credentials.passphrase),
            host_key=server.host_key,
            on_host_key=lambda shown: pin(Server.objects.filter(pk=server.pk), shown),
        )
    except UnreadableSecretError as error:
        raise RetrieveError(UNREADABLE_SECRET) from error
    return SftpConnector(access, limits())


def limits() -> Limits:
    """The most that is taken: a step may not outlast the lease of who does it."""
    seconds = settings.EOI_BATCH_LEASE_SECONDS / 2
    return Limits(LIMITS.megabytes * MEGABYTE, seconds, MOST_FILES)
