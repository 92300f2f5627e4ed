"""Batch files on the sandbox's SFTP server, and the pick-up that brings and decides them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.test import override_settings

from bench import eoi_stock
from groups.models import EmployerGroup
from integrations.eoi_batches.models import BatchFile, Credentials, Folder, Server
from integrations.eoi_batches.services import picking
from sandbox.carriers.partner import Carriers
from sandbox.eoi import mailbox
from sandbox.server import Options, Sandbox

SECRET = "of-the-benchmark"


@contextmanager
def mailboxes(data: Path) -> Iterator[tuple[Server, list[Path]]]:
    """A running SFTP server with an inbox for each of the groups."""
    options = Options(data=data, port=0, carrier_password=SECRET, sftp_port=0, today=date.today)
    with Sandbox(options) as sandbox:
        carriers = next(one for one in sandbox.partners if isinstance(one, Carriers))
        if carriers.sftp is None:
            msg = "The sandbox offers no SFTP."
            raise RuntimeError(msg)
        server = Server.objects.create(
            name=eoi_stock.NAME,
            host="127.0.0.1",
            port=carriers.sftp.port,
            username=mailbox.USERNAME,
        )
        Credentials.objects.create(server=server, secret=SECRET, place=server.place)
        inboxes = []
        groups = EmployerGroup.objects.filter(name__startswith=eoi_stock.NAME).order_by("pk")
        for number, group in enumerate(groups):
            folder = Folder.objects.create(server=server, group=group, path=f"/bench-{number}")
            inboxes.append(mailbox.root_of(data) / folder.part(Folder.INBOUND).strip("/"))
        for inbox in inboxes:
            inbox.mkdir(parents=True)
        yield server, inboxes


def pick_up(server: Server) -> float:
    """Seconds from the first look until every file lies in the archive, as a worker does it."""
    began = time.perf_counter()
    with override_settings(EOI_BATCH_SETTLE_SECONDS=0):
        visit = picking.pick_up(server_id=server.pk, is_patient=True)
    spent = time.perf_counter() - began
    wrong = [one for one in visit.finished if one.failed or one.is_refused]
    files = BatchFile.objects.filter(folder__server=server)
    waits = files.exclude(state=BatchFile.State.ARCHIVED).exists()
    if visit.problem or wrong or waits or not visit.finished:
        msg = "A file of the benchmark was not decided as a whole."
        raise RuntimeError(msg)
    return spent
