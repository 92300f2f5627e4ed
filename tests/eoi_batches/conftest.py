"""The sandbox's SFTP server with a folder, and made-up files to put there."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eoi.models import EoiRequest
from integrations.eoi_batches.models import BatchFile, Folder
from integrations.eoi_batches.services import picking
from integrations.eoi_batches.services.picking import Visit
from sandbox.carriers.partner import Carriers
from sandbox.eoi import mailbox
from sandbox.server import Options, Sandbox
from tests.factories.eoi_batches import (
    SECRET,
    CredentialsFactory,
    FolderFactory,
    ServerFactory,
)

HEADER = "Subscriber ID,SSN,Benefit Lookup Code,Action,Approved Volume,Effective Date"


@pytest.fixture(autouse=True)
def _at_once(settings):
    """Files settle at once."""
    settings.EOI_BATCH_SETTLE_SECONDS = 0


@pytest.fixture(scope="session")
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


class Mailbox:
    """A group's folder on the sandbox's server, from the carrier's side."""

    def __init__(self, folder: Folder, root: Path) -> None:
        self.folder = folder
        self.root = root / folder.path.strip("/")

    def drop(self, name: str, *lines: str, header: str = HEADER) -> None:
        """Put a file into the inbox, as text."""
        self.put(name, "\n".join([header, *lines, ""]).encode())

    def put(self, name: str, content: bytes, *, part: str = "inbound") -> None:
        """Put bytes into a part of the folder."""
        path = self.root / part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def names(self, part: str) -> list[str]:
        """What lies in a part of the folder, as it was called when it came."""
        folder = self.root / part
        found = folder.iterdir() if folder.is_dir() else []
        return sorted(path.name.partition("-")[2].partition("-")[2] for path in found)

    def all_names(self, *parts: str) -> list[str]:
        """What lies in parts of the folder, as it is called there."""
        return sorted(path.name for part in parts for path in (self.root / part).iterdir())

    def results(self, name: str) -> list[str]:
        """The lines of a results file, without its header."""
        (path,) = (self.root / "outbound").glob(f"*-{name}.results.csv")
        return path.read_text().splitlines()[1:]

    def pick_up(self) -> Visit:
        """Look, and look again: a file is taken when it is still the same."""
        return picking.pick_up(server_id=self.folder.server_id, is_patient=True)


@pytest.fixture
def new_mailbox(_sandbox: Sandbox, db: None, tmp_path: Path, settings: Any) -> Any:
    """Makes folders on one server, each test's under a path of its own."""
    settings.PARTNER_TIMEOUT = (10, 30)
    carriers = next(one for one in _sandbox.partners if isinstance(one, Carriers))
    assert carriers.sftp is not None
    server = ServerFactory(port=carriers.sftp.port)
    CredentialsFactory(server=server)
    root = mailbox.root_of(Path(carriers.sftp._data))

    def make(**values: Any) -> Mailbox:
        number = Folder.objects.count()
        path = f"/{tmp_path.name}/{number}"
        return Mailbox(FolderFactory(server=server, path=path, **values), root)

    return make


@pytest.fixture
def box(new_mailbox: Any) -> Mailbox:
    """A group's folder."""
    return new_mailbox()


def line(request: EoiRequest, action: str = "approve_all", volume: str = "") -> str:
    """A decision on a request, effective on 1 December."""
    number, code = request.employee.external_id, request.election.benefit.lookup_code
    return f"{number},,{code},{action},{volume},2026-12-01"


def states(files: Iterable[BatchFile]) -> list[tuple[str, str, int, int]]:
    """What became of files."""
    return [(one.name, one.state, one.valid, one.failed) for one in files]
