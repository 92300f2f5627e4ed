"""Carriers to fetch from: the sandbox's, over real sockets, and one that does as it is told."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone

from integrations.carriers.models import Connection, Retrieval
from integrations.carriers.services import requesting, running
from policies.models import Carrier
from sandbox.carriers.partner import Carriers
from sandbox.carriers.sftp import KEYS
from sandbox.server import Options, Sandbox
from tests.carriers.hostile import HostileSite
from tests.factories.carriers import SECRET, ConnectionFactory, CredentialsFactory
from tests.factories.policies import CarrierFactory

Transport, SignIn = Connection.Transport, Connection.SignIn


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def _impatient(settings):
    """Carriers that do not answer are given up at once."""
    settings.PARTNER_TIMEOUT = (3, 5)


@pytest.fixture(scope="module")
def _sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    options = Options(
        data=tmp_path_factory.mktemp("sandbox"),
        port=0,
        carrier_password=SECRET,
        sftp_port=0,
        today=lambda: date(2026, 11, 22),
    )
    with Sandbox(options) as sandbox:
        yield sandbox


class Site:
    """The sandbox's carriers, with their controls and the connections that fit them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url = sandbox.url
        self.store = sandbox.store
        self._carriers = next(one for one in sandbox.partners if isinstance(one, Carriers))
        self.office = self._carriers.office
        self.throttle = self._carriers._api.throttle
        self.sftp_port = self._carriers.sftp.port
        self.sftp_keys = self._carriers.sftp._data / KEYS

    def humana(self, **values) -> Connection:
        """A connection with the portal."""
        values.setdefault("login_path", "login")
        return _connect(
            "Humana",
            transport=Transport.HTTPS,
            sign_in=SignIn.FORM,
            username="sandbox-agency",
            base_url=f"{self.url}/carriers/humana/",
            book_pattern="Humana_BOB*",
            **values,
        )

    def uhc(self, **values) -> Connection:
        """A connection with the SFTP folder."""
        values.setdefault("sign_in", SignIn.PASSWORD)
        return _connect(
            "UnitedHealthcare",
            transport=Transport.SFTP,
            username="sandbox-agency",
            host="127.0.0.1",
            port=self.sftp_port,
            folder="/outbound",
            book_pattern="*BookOfBusiness*",
            **values,
        )

    def aetna(self, **values) -> Connection:
        """A connection with the API."""
        return _connect(
            "Aetna", base_url=f"{self.url}/carriers/aetna/api/v1/", book_pattern="*BOB*", **values
        )


def _connect(name: str, **values) -> Connection:
    values.setdefault("statement_pattern", "*commission*")
    carrier = Carrier.objects.filter(name=name).first() or CarrierFactory(name=name)
    signs_in = {
        name: values.pop(name) for name in ("secret", "private_key", "passphrase") if name in values
    }
    connection = ConnectionFactory(carrier=carrier, **values)
    CredentialsFactory(connection=connection, **signs_in)
    return connection


@pytest.fixture
def site(_sandbox: Sandbox) -> Iterator[Site]:
    """The sandbox's carriers, who behave unless told otherwise."""
    site = Site(_sandbox)
    site.office.forgive()
    site.throttle.most = 1000
    yield site
    site.office.forgive()


@pytest.fixture
def hostile() -> Iterator[HostileSite]:
    """A carrier whose every answer the test decides."""
    site = HostileSite()
    yield site
    site.stop()


@pytest.fixture
def hostile_connection(hostile: HostileSite, db: None) -> Connection:
    """An API connection with the hostile carrier."""
    return _connect("Hostile Mutual", base_url=hostile.url)


def run_now(connection: Connection, *, days: int = 90, until: date | None = None) -> Retrieval:
    """Ask for a run and do it here."""
    until = until or timezone.localdate()
    run = requesting.request(
        connection_id=connection.pk,
        since=until - timedelta(days=days),
        until=until,
        user=None,
        is_queued=False,
    )
    return running.work(retrieval_id=run.pk)
