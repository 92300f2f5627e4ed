"""Retrieve on the shared pages of the integrations."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from integrations.carriers import selectors
from integrations.carriers.models import Connection
from integrations.carriers.status import Light
from integrations.screens import Card, Notice

ICON = "download"


class CarriersScreens:
    """One card for all carriers; a notice for each that needs somebody."""

    def cards(self) -> Sequence[Card]:
        """Retrieve; it is active while a connection is."""
        active = Connection.objects.filter(is_active=True).count()
        url = reverse("carriers:connection_list")
        state = ngettext(
            "%(active)s carrier on schedule", "%(active)s carriers on schedule", active
        )
        return [
            Card(
                title=gettext("Retrieve"),
                text=gettext(
                    "Fetch books of business and commission statements from carriers by schedule."
                ),
                url=url,
                icon=ICON,
                is_active=True,
                state=state % {"active": active},
            )
        ]

    def notices(self, *, on: date) -> Sequence[Notice]:
        """Carriers in red."""
        rows = selectors.overview(now=timezone.now())
        return [
            Notice(
                "danger",
                f"{row.connection.carrier.name}: {row.status.word}",
                row.status.sentence,
                reverse("carriers:connection_detail", args=[row.connection.pk]),
                ICON,
            )
            for row in rows
            if row.status.light == Light.RED
        ]
