"""The carriers as a partner of the sandbox: three sites around one office."""

from functools import partial
from pathlib import Path

from sandbox.carriers import api, portal, sftp
from sandbox.carriers.control import HERE, Control
from sandbox.carriers.office import Office
from sandbox.carriers.shelf import Ready, ready, status_file
from sandbox.eoi import mailbox
from sandbox.html import Markup, render
from sandbox.partner import Context
from sandbox.web import Route


class Carriers:
    """Humana's portal, Aetna's API, and UnitedHealthcare's SFTP server if it has a port."""

    name = "Carriers"
    url = HERE

    def __init__(self, context: Context) -> None:
        options = context.options
        self._store = context.store
        self.office = Office(context.store, options.today)
        password = options.carrier_password
        self._portal = portal.Portal(self.office, password, partial(self._ready, "humana"))
        self._api = api.Api(self.office, password, partial(self._ready, "aetna"))
        self._control = Control(self.office, self._ready)
        self.sftp: sftp.SftpSite | None = None
        if options.sftp_port is not None:
            mail = partial(mailbox.Mailbox, mailbox.root_of(Path(options.data)))
            self.sftp = sftp.SftpSite(
                data=Path(options.data),
                host=options.host,
                port=options.sftp_port,
                password=password,
                office=self.office,
                ready=self._ready_by_sftp,
                homes={mailbox.USERNAME: mail},
            )

    def _ready(self, carrier: str) -> list[Ready]:
        return ready(self._store, self.office, carrier)

    def _ready_by_sftp(self) -> list[Ready]:
        """UnitedHealthcare's files, with the statuses that it tells as a Premier Partner."""
        return [*self._ready("uhc"), status_file(self._store, "uhc", self.office)]

    def routes(self) -> list[Route]:
        """The carriers' page, the portal and the API."""
        return [*self._control.routes(), *self._portal.routes(), *self._api.routes()]

    def card(self, base_url: str) -> Markup:
        """Say what to enter in AgencyHub."""
        where = "not running; start the sandbox with --sftp-port"
        if self.sftp is not None:
            where = f"port {self.sftp.port}, folder /{sftp.FOLDER}"
        return render(
            "carriers/card.html",
            portal=f"{base_url}{portal.HERE}/files",
            api=f"{base_url}{api.HERE}/files",
            sftp=where,
            username=portal.USERNAME,
        )

    def start(self) -> None:
        """Open the SFTP port."""
        if self.sftp is not None:
            self.sftp.start()

    def stop(self) -> None:
        """Close the SFTP port."""
        if self.sftp is not None:
            self.sftp.stop()
