"""What the settings pages save: servers, what they are signed in to with, and groups' folders."""

from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.carriers.services.connections import Secrets
from integrations.eoi_batches.models import Credentials, Folder, Server

SCREEN = Batch.Channel.SCREEN


def save(*, server: Server, secrets: Secrets, user: User) -> Server:
    """Save a server as its form left it.

    Stored credentials belong to the place they were entered for: when the place changes they are
    forgotten, and so is the host key.
    """
    summary = (
        gettext_noop("EOI batch server changed")
        if server.pk
        else gettext_noop("EOI batch server added")
    )
    with history.batch(user=user, channel=SCREEN, summary=summary):
        before = Server.objects.select_for_update().filter(pk=server.pk).first()
        if before is not None and before.place != server.place:
            server.host_key = ""
            Credentials.objects.filter(server=server).delete()
        server.save()
        keep(server, secrets)
    return server


def keep(server: Server, secrets: Secrets) -> None:
    """Store what was typed to sign in with, for the place where the server is now."""
    given = secrets.given()
    if given:
        values = {**given, "place": server.place}
        Credentials.objects.update_or_create(server=server, defaults=values)


def save_folder(*, folder: Folder, user: User) -> Folder:
    """Save a group's folder as its form left it."""
    summary = (
        gettext_noop("EOI batch folder changed")
        if folder.pk
        else gettext_noop("EOI batch folder added")
    )
    with history.batch(user=user, channel=SCREEN, summary=summary):
        folder.save()
    return folder


def forget_host_key(*, server_id: int, user: User) -> None:
    """Let the next connection pin the key that the server shows then."""
    summary = gettext_noop("Host key of an EOI batch server forgotten")
    with history.batch(user=user, channel=SCREEN, summary=summary):
        Server.objects.filter(pk=server_id).update(host_key="")
