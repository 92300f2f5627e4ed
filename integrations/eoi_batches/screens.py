"""EOI on the shared pages of the integrations."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from integrations.eoi_batches import selectors
from integrations.eoi_batches.models import Folder
from integrations.eoi_batches.selectors import ServerRow
from integrations.screens import Card, Notice

ICON = "inbox"


class EoiScreens:
    """One card for both doors of partners, SFTP and API; a notice for each server that fails."""

    def cards(self) -> Sequence[Card]:
        """EOI; it is active while a folder or a key is."""
        folders = Folder.objects.filter(is_active=True, server__is_active=True).count()
        words = ngettext("%(count)s group by SFTP", "%(count)s groups by SFTP", folders)
        return [
            Card(
                title=gettext("EOI decisions"),
                text=gettext("Carriers bring decisions on EOI by SFTP or through the API."),
                url=reverse("eoi_batches:overview"),
                icon=ICON,
                is_active=bool(folders or selectors.api_clients()),
                state=words % {"count": folders},
            )
        ]

    def notices(self, *, on: date) -> Sequence[Notice]:
        """Servers that cannot be looked at."""
        rows = selectors.server_rows(now=timezone.now())
        return [_failing(row) for row in rows if row.is_failing]


def _failing(row: ServerRow) -> Notice:
    title = gettext("EOI batch files of %(name)s cannot be picked up") % {"name": row.server.name}
    error = gettext(row.look.error) if row.look else ""
    step = gettext(row.look.next_step) if row.look else ""
    url = reverse("eoi_batches:server_edit", args=[row.server.pk])
    return Notice("danger", title, f"{error} {step}", url, ICON)
