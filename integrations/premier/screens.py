"""Premier Partners on the shared pages of the integrations."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from integrations.models import InboundMessage
from integrations.premier import selectors
from integrations.premier.selectors import FeedRow
from integrations.screens import Card, Notice, Review

ICON = "shield-check"


class MappedElsewhereError(DomainError):
    """Words of carriers are mapped with all other unknown values."""

    code = "mapped_elsewhere"


class PremierScreens:
    """One card for all carriers; a notice for each that breaks its promise."""

    def cards(self) -> Sequence[Card]:
        """The Premier Partners of today."""
        rows = _rows()
        number = sum(row.term is not None for row in rows)
        return [
            Card(
                title=gettext("Premier Partners"),
                text=gettext("Policy and payment statuses of carriers come daily by themselves."),
                url=reverse("premier:feed_list"),
                icon=ICON,
                is_active=any(row.is_ready for row in rows),
                state=gettext("%(number)s Premier Partners today") % {"number": number},
            )
        ]

    def notices(self, *, on: date) -> Sequence[Notice]:
        """Carriers whose statuses are older than they promised."""
        return [_late(row) for row in _rows() if row.is_late]

    def value_choices(self) -> Sequence[tuple[str, str]]:
        """Nothing is held for them: see ``values``."""
        return []

    def map_value(self, *, value: str, choice: str, user: User) -> None:
        """Words of carriers are mapped with all other unknown values."""
        raise MappedElsewhereError(gettext("Map it under Settings, Unknown values."))

    def review(self, message: InboundMessage, *, user: User) -> Review:
        """A statement that waits for nobody's decision."""
        return Review(message, gettext("This message needs no decision"), (), (), (), False)


def _rows() -> list[FeedRow]:
    return selectors.feed_rows(on=timezone.localdate(), now=timezone.now())


def _late(row: FeedRow) -> Notice:
    title = gettext("%(carrier)s has not told its statuses") % {"carrier": row.carrier.name}
    text = gettext("They count as unknown until it does, and nobody is written to about them.")
    feed = row.feed
    url = reverse("premier:feed_detail", args=[feed.pk]) if feed else reverse("premier:feed_list")
    return Notice("warning", title, text, url, "clock")
