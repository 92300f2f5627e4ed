"""HealthSherpa on the shared pages of the integrations."""

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from integrations import receiving
from integrations.healthsherpa import selectors
from integrations.healthsherpa.giving_up import GivenUp
from integrations.healthsherpa.models import Connection
from integrations.healthsherpa.partner import TITLE, HealthSherpa, is_active
from integrations.reports import Report
from integrations.screens import Card, NothingHeld, Notice

TEXT = _("Medicare enrollments of your agents arrive in the application table automatically.")


class HealthSherpaScreens(NothingHeld):
    """Nothing of HealthSherpa's is held for review; what is missing shows as a notice."""

    maps_nothing = _("HealthSherpa's values are not mapped here.")

    def cards(self) -> Sequence[Card]:
        """The one connection."""
        connection = Connection.objects.filter(pk=1).first()
        is_connected = bool(connection and connection.is_active)
        return [
            Card(
                title=TITLE,
                text=TEXT,
                url=reverse("healthsherpa:connection_detail"),
                icon="shield-check",
                is_active=is_connected,
                state=_state(connection),
                add_url="" if is_connected else reverse("healthsherpa:connection_activate"),
            )
        ]

    def reports(self, *, now: datetime) -> Sequence[Report]:
        """Its deliveries, and whether they came to an end without a word."""
        partner = HealthSherpa()
        refusal = partner.refusal()
        silence = None if refusal else selectors.silence(now=now)
        headline = ""
        if silence:
            headline = gettext("%(title)s has been silent since %(last_at)s") % {
                "title": TITLE,
                "last_at": f"{silence.last_at:%m/%d/%Y}",
            }
        scope = partner.api_key_scope
        return [
            receiving.report(
                slug=partner.slug,
                title=gettext(TITLE),
                url=self.settings_url(),
                icon="shield-check",
                refusal=refusal,
                now=now,
                endings=receiving.keys_ending(scope, now=now),
                is_silent=silence is not None,
                is_expired=receiving.has_lost_its_keys(scope, now=now),
                headline=headline,
            )
        ]

    def settings_url(self) -> str:
        """The connection's page."""
        return reverse("healthsherpa:connection_detail")

    def notices(self, *, on: date) -> Sequence[Notice]:
        """A missing key, and submissions that HealthSherpa gave up."""
        if not is_active():
            return []
        now = timezone.now()
        url = self.settings_url()
        found = _lost(selectors.given_up(now=now), url)
        if not selectors.live_keys(at=now):
            text = gettext("HealthSherpa cannot deliver before it has an API key.")
            found.append(
                Notice(
                    "warning", gettext("%(title)s has no key") % {"title": TITLE}, text, url, "key"
                )
            )
        return found


def _state(connection: Connection | None) -> str:
    if connection is None:
        return gettext("Not added")
    return gettext("Active") if connection.is_active else gettext("Deactivated, keys kept")


def _lost(submissions: list[GivenUp], url: str) -> list[Notice]:
    number = len(submissions)
    if not number:
        return []
    title = ngettext(
        "%(title)s gave up %(number)s submission",
        "%(title)s gave up %(number)s submissions",
        number,
    ) % {"title": TITLE, "number": number}
    text = gettext("They were refused each time. Repair the cause, then fetch the missing days.")
    return [Notice("danger", title, text, url, "alert-circle")]
