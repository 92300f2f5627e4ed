"""ComTrack on the shared pages of the integrations."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from integrations.comtrack import selectors
from integrations.comtrack.models import Connection, QueryRun
from integrations.comtrack.services.connection import TITLE
from integrations.screens import Card, Notice, nightly_state

TEXT = _("Asks every night what became of your applications: book of business and commissions.")
WORDS = {
    QueryRun.State.FAILED: (
        "danger", _("The last nightly query of ComTrack failed"), "alert-circle",
    ),
    QueryRun.State.INCOMPLETE: (
        "warning", _("The last nightly query of ComTrack is incomplete"), "alert-triangle",
    ),
    QueryRun.State.WAITING: ("warning", _("ComTrack’s nightly query waits"), "clock"),
}  # fmt: skip


class ComtrackScreens:
    """We ask ComTrack; it sends nothing by itself."""

    def cards(self) -> Sequence[Card]:
        """The one connection."""
        connection = Connection.objects.filter(pk=1).first()
        is_active = bool(connection and connection.is_active)
        return [
            Card(
                title=TITLE,
                text=TEXT,
                url=reverse("comtrack:connection_detail"),
                icon="moon",
                is_active=is_active,
                state=nightly_state(is_active=connection.is_active if connection else None),
                add_url="" if is_active else reverse("comtrack:connection_activate"),
            )
        ]

    def notices(self, *, on: date) -> Sequence[Notice]:
        """A last run that did not come to its end."""
        run = selectors.last_run()
        if run is None or not run.error or run.state not in WORDS:
            return []
        if not Connection.objects.filter(is_active=True).exists():
            return []
        tone, title, icon = WORDS[QueryRun.State(run.state)]
        return [Notice(tone, title, run.error, reverse("comtrack:connection_detail"), icon)]
