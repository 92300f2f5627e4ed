"""EOI batches in the demo: the sandbox's SFTP server, with a folder for each group."""

from django.conf import settings
from django.utils.text import slugify

from agencyhub.records import history
from agencyhub.records.models import Batch
from groups.models import EmployerGroup
from integrations.carriers.services.connections import Secrets
from integrations.eoi_batches.models import Credentials, Folder, Server
from integrations.eoi_batches.services import servers

NAME = "Carriers’ server of the sandbox"
USERNAME = "sandbox-eoi"
HERE = "127.0.0.1"


def ensure_mailboxes() -> int:
    """Give every group without a folder one, and follow the sandbox's port; answer how many.

    A server that somebody pointed elsewhere is left alone.
    """
    if not settings.SANDBOX_CARRIER_PASSWORD:
        return 0
    summary = "The sandbox's mailbox for EOI connected"
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=summary):
        server, _ = Server.objects.get_or_create(
            name=NAME,
            defaults={"host": HERE, "port": settings.SANDBOX_SFTP_PORT, "username": USERNAME},
        )
        if server.host != HERE:
            return 0
        if server.port != settings.SANDBOX_SFTP_PORT:
            server.port, server.host_key = settings.SANDBOX_SFTP_PORT, ""
            server.save(update_fields=["port", "host_key"])
        if not Credentials.objects.filter(server=server, place=server.place).exists():
            servers.keep(server, Secrets(secret=settings.SANDBOX_CARRIER_PASSWORD))
        groups = EmployerGroup.objects.filter(
            eoi_batch_folder=None, status=EmployerGroup.Status.ACTIVE
        )
        made = [
            Folder(server=server, group=group, path=f"/{slugify(group.name)}-{group.pk}")
            for group in groups.order_by("pk")
        ]
        return len(Folder.objects.bulk_create(made))
