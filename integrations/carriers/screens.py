"""Retrieve on the shared pages of the integrations."""

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from integrations.carriers import selectors
from integrations.carriers.models import Connection
from integrations.carriers.selectors import ConnectionRow
from integrations.carriers.status import EXPIRED, LATE, REFUSED, Light
from integrations.reports import SOON, Counted, Door, Ending, Problem, Report, State, judge
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
        """Its reports say everything."""
        return []

    def reports(self, *, now: datetime) -> Sequence[Report]:
        """Each carrier."""
        today = timezone.localdate(now)
        return [_report(row, today) for row in selectors.overview(now=now)]


def _report(row: ConnectionRow, today: date) -> Report:
    connection, status = row.connection, row.status
    url = reverse("carriers:connection_detail", args=[connection.pk])
    stumbled = row.last if row.failures else None
    ends = connection.expires_on
    is_soon = ends is not None and ends - today <= SOON
    return Report(
        key=f"carriers:{connection.pk}",
        title=gettext("Retrieve: %(carrier)s") % {"carrier": connection.carrier.name},
        url=url,
        icon=ICON,
        state=_state(row),
        text=f"{status.word}: {status.sentence}",
        headline=f"{connection.carrier.name}: {status.word}" if status.light == Light.RED else "",
        error=f"{stumbled.error} {stumbled.next_step}".strip() if stumbled else "",
        failures=row.failures,
        last_at=row.last.created_at if row.last else None,
        next_at=row.next_at,
        doors=[Door(_("Runs failed"), Counted(row.failures), url, "danger")],
        endings=[Ending(gettext("Credentials"), ends, url, ends < today)]
        if ends and is_soon
        else [],
        problems=[_problem(row, url)] if stumbled else [],
    )


def _state(row: ConnectionRow) -> State:
    status, is_red = row.status, row.status.light == Light.RED
    return judge(
        is_active=status.light != Light.OFF,
        failures=row.failures,
        is_silent=is_red and status.code == LATE,
        is_expired=status.code in (EXPIRED, REFUSED),
        needs_somebody=is_red or (status.light == Light.YELLOW and row.last_good_at is not None),
        has_run=row.last_good_at is not None,
    )


def _problem(row: ConnectionRow, url: str) -> Problem:
    last = row.last
    return Problem(
        title=gettext("Retrieve: %(carrier)s") % {"carrier": row.connection.carrier.name},
        words=last.error if last else "",
        count=Counted(row.failures),
        oldest=row.last_good_at,
        newest=last.created_at if last else None,
        rows_url=url,
        remedy=last.next_step if last and last.next_step else gettext("Check the settings"),
        remedy_url=url,
        retry_url=reverse("carriers:connection_again", args=[row.connection.pk]),
        is_retried_by_post=True,
        code=last.code if last else "",
    )
