"""ComTrack on the shared pages of the integrations."""

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integrations import nightly_reports
from integrations.comtrack import selectors
from integrations.comtrack.models import Connection, QueryRun
from integrations.comtrack.services.connection import TITLE
from integrations.reports import Report
from integrations.screens import Card, Notice, nightly_state

TEXT = _("Asks every night what became of your applications: book of business and commissions.")
HEADLINES = {
    QueryRun.State.FAILED: _("The last nightly query of ComTrack failed"),
    QueryRun.State.INCOMPLETE: _("The last nightly query of ComTrack is incomplete"),
    QueryRun.State.WAITING: _("ComTrack’s nightly query waits"),
}


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
        """Its report says everything."""
        return []

    def reports(self, *, now: datetime) -> Sequence[Report]:
        """How the nights went."""
        connection = Connection.objects.filter(pk=1).first()
        if connection is None:
            return []
        url = reverse("comtrack:connection_detail")
        nightly = nightly_reports.Nightly(
            "comtrack", TITLE, url, "moon", HEADLINES, reverse("comtrack:run_start")
        )
        return [
            nightly_reports.report(
                nightly,
                is_active=connection.is_active,
                active_since=connection.activated_at if connection.is_active else None,
                runs=QueryRun.objects.all(),
                next_at=selectors.next_night(connection, now=now),
                now=now,
                words=_came,
            )
        ]


def _came(run: QueryRun) -> str:
    return gettext("%(answered)s of %(total)s applications answered, %(updated)s with news.") % {
        "answered": f"{run.answered:,}",
        "total": f"{run.total:,}",
        "updated": f"{run.updated:,}",
    }
