"""Premier Partners on the shared pages of the integrations."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integrations import receiving
from integrations.premier import selectors
from integrations.premier.models import Feed, Pull
from integrations.premier.partner import NOBODY, Premier
from integrations.premier.selectors import FeedRow
from integrations.reports import Counted, Door, Problem, Report, judge
from integrations.screens import Card, NothingHeld, Notice

ICON = "shield-check"


class PremierScreens(NothingHeld):
    """One card for all carriers; a notice for each that breaks its promise.

    Words of carriers are mapped with all other unknown values: see ``values``.
    """

    maps_nothing = _("Map it under Settings, Unknown values.")

    def cards(self) -> Sequence[Card]:
        """The Premier Partners of today."""
        rows = _rows()
        number = sum(row.term is not None for row in rows)
        return [
            Card(
                title=gettext("Premier Partners"),
                text=gettext("Carriers report policy and payment statuses daily."),
                url=reverse("premier:feed_list"),
                icon=ICON,
                is_active=any(row.is_ready for row in rows),
                state=gettext("%(number)s Premier Partners today") % {"number": number},
            )
        ]

    def notices(self, *, on: date) -> Sequence[Notice]:
        """Its reports say everything."""
        return []

    def reports(self, *, now: datetime) -> Sequence[Report]:
        """The door for statements, and each carrier with its promise."""
        rows = selectors.feed_rows(on=timezone.localdate(now), now=now)
        partner = Premier()
        door = receiving.report(
            slug=partner.slug,
            title=gettext("Statements of Premier Partners"),
            url=self.settings_url(),
            icon=ICON,
            refusal="" if any(row.feed and row.feed.is_active for row in rows) else gettext(NOBODY),
            now=now,
            endings=receiving.keys_ending(partner.api_key_scope, now=now),
        )
        failed = selectors.failed_pulls([row.feed for row in rows if row.feed])
        return [door, *(_report(row, failed, now=now) for row in rows)]

    def settings_url(self) -> str:
        """The list of carriers."""
        return reverse("premier:feed_list")


def _rows() -> list[FeedRow]:
    return selectors.feed_rows(on=timezone.localdate(), now=timezone.now())


def _report(row: FeedRow, failed: Mapping[int, Sequence[Pull]], *, now: datetime) -> Report:
    feed, term, name = row.feed, row.term, row.carrier.name
    url = reverse("premier:feed_detail", args=[feed.pk]) if feed else reverse("premier:feed_list")
    pulls = failed.get(feed.pk, ()) if feed else ()
    due = row.last.as_of + timedelta(hours=term.promised_hours) if row.last and term else None
    return Report(
        key=f"premier:{row.carrier.pk}",
        title=gettext("%(carrier)s: daily statuses") % {"carrier": name},
        url=url,
        icon=ICON,
        state=judge(
            is_active=term is not None and row.is_ready,
            failures=len(pulls),
            is_silent=row.is_late and row.last is not None,
            needs_somebody=row.is_late,
            has_run=row.last is not None,
        ),
        text=gettext("They count as unknown until it does, and nobody is written to about them.")
        if row.is_late
        else "",
        headline=gettext("%(carrier)s has not reported its statuses") % {"carrier": name}
        if row.is_late
        else "",
        error=pulls[0].error if pulls else "",
        failures=len(pulls),
        last_at=row.last.as_of if row.last else None,
        next_at=due if due and due > now else None,
        doors=[Door(_("Questions failed"), Counted(len(pulls)), url, "danger")],
        problems=[_problem(name, feed, pulls, url)] if feed and pulls else [],
    )


def _problem(carrier: str, feed: Feed, pulls: Sequence[Pull], url: str) -> Problem:
    return Problem(
        title=gettext("%(carrier)s: daily statuses") % {"carrier": carrier},
        words=pulls[0].error,
        count=Counted(len(pulls)),
        oldest=pulls[-1].created_at,
        newest=pulls[0].created_at,
        rows_url=url,
        remedy=gettext("Check the settings"),
        remedy_url=url,
        retry_url=reverse("premier:pull_start", args=[feed.pk]),
        is_retried_by_post=True,
        code="pulls",
    )
