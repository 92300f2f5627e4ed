"""HealthSherpa on the shared pages of the integrations."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from integrations.healthsherpa import selectors
from integrations.healthsherpa.models import Connection
from integrations.healthsherpa.partner import TITLE
from integrations.healthsherpa.selectors import Gaps
from integrations.models import InboundMessage
from integrations.screens import Card, Notice, Review

TEXT = _("Medicare enrollments of your agents arrive in the application table by themselves.")


class NothingToMapError(DomainError):
    """HealthSherpa's words are read as they are."""

    code = "healthsherpa_maps_nothing"


class HealthSherpaScreens:
    """Nothing of HealthSherpa's is held for review; what is missing shows as a notice."""

    def cards(self) -> Sequence[Card]:
        """The one connection."""
        connection = Connection.objects.filter(pk=1).first()
        is_active = bool(connection and connection.is_active)
        return [
            Card(
                title=TITLE,
                text=TEXT,
                url=reverse("healthsherpa:connection_detail"),
                icon="shield-check",
                is_active=is_active,
                state=_state(connection),
                add_url="" if is_active else reverse("healthsherpa:connection_activate"),
            )
        ]

    def notices(self, *, on: date) -> Sequence[Notice]:
        """A missing key, silence, and submissions that HealthSherpa gave up."""
        if not Connection.objects.filter(is_active=True).exists():
            return []
        now = timezone.now()
        url = reverse("healthsherpa:connection_detail")
        found = _missing(selectors.gaps(now=now), url)
        if not selectors.live_keys(at=now):
            text = gettext("HealthSherpa cannot deliver before it has an API key.")
            found.append(
                Notice(
                    "warning", gettext("%(title)s has no key") % {"title": TITLE}, text, url, "key"
                )
            )
        return found

    def value_choices(self) -> Sequence[tuple[str, str]]:
        """There is nothing to map."""
        return []

    def map_value(self, *, value: str, choice: str, user: User) -> None:
        """There is nothing to map."""
        raise NothingToMapError(gettext("HealthSherpa's values are not mapped here."))

    def review(self, message: InboundMessage, *, user: User) -> Review:
        """A message that waits for nobody's decision."""
        return Review(
            message, gettext("This message needs no decision"), (), (), (), may_be_new=False
        )


def _state(connection: Connection | None) -> str:
    if connection is None:
        return gettext("Not added")
    return gettext("Active") if connection.is_active else gettext("Deactivated, keys kept")


def _missing(gaps: Gaps, url: str) -> list[Notice]:
    found = []
    if gaps.silence:
        title = gettext("%(title)s is silent since %(last_at)s") % {
            "title": TITLE,
            "last_at": f"{gaps.silence.last_at:%m/%d/%Y}",
        }
        text = gettext("Much longer than usual. Check the webhook, then fetch the missing days.")
        found.append(Notice("danger", title, text, url, "alert-triangle"))
    if gaps.given_up:
        number = len(gaps.given_up)
        title = ngettext(
            "%(title)s gave up %(number)s submission",
            "%(title)s gave up %(number)s submissions",
            number,
        ) % {"title": TITLE, "number": number}
        text = gettext(
            "They were refused each time. Repair the cause, then fetch the missing days."
        )
        found.append(Notice("danger", title, text, url, "alert-circle"))
    return found
