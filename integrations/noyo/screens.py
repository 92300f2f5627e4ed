"""Noyo on the shared pages of the integrations."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from integrations.models import InboundMessage
from integrations.noyo.models import Account, NoyoGroup, SyncRun
from integrations.noyo.services.accounts import TITLE
from integrations.screens import Card, Notice, Review, nightly_state

TEXT = _("Reads what carriers have installed for your groups, to map plans, classes and members.")
WORDS = {
    SyncRun.State.FAILED: ("danger", _("The last reading of Noyo failed"), "alert-circle"),
    SyncRun.State.WAITING: ("warning", _("The reading of Noyo waits"), "clock"),
}


class NothingToMapError(DomainError):
    """Events hold nothing to map."""

    code = "noyo_maps_nothing"


class NoyoScreens:
    """No event is held for review; what could not be read shows as a notice."""

    def cards(self) -> Sequence[Card]:
        """The one account."""
        account = Account.objects.filter(pk=1).first()
        return [
            Card(
                title=TITLE,
                text=TEXT,
                url=reverse("noyo:account_detail"),
                icon="arrows-exchange",
                is_active=bool(account and account.is_active),
                state=nightly_state(is_active=account.is_active if account else None),
            )
        ]

    def notices(self, *, on: date) -> Sequence[Notice]:
        """A last reading that did not come to its end, and groups that cannot be read."""
        if not Account.objects.filter(is_active=True).exists():
            return []
        url, found = reverse("noyo:account_detail"), []
        run = SyncRun.objects.filter(noyo_group=None).order_by("-pk").first()
        if run is not None and run.error and run.state in WORDS:
            tone, title, icon = WORDS[SyncRun.State(run.state)]
            found.append(Notice(tone, title, run.error, url, icon))
        number = NoyoGroup.objects.exclude(problem="").filter(gone_at=None).count()
        if number:
            words = ngettext(
                "%(number)s group at Noyo cannot be read",
                "%(number)s groups at Noyo cannot be read",
                number,
            ) % {"number": number}
            text = gettext("What was read before stays. Each group says what is wrong.")
            found.append(Notice("warning", words, text, reverse("noyo:group_list"), "building"))
        return found

    def value_choices(self) -> Sequence[tuple[str, str]]:
        """There is nothing to map."""
        return []

    def map_value(self, *, value: str, choice: str, user: User) -> None:
        """There is nothing to map."""
        raise NothingToMapError(gettext("Noyo’s events hold no values to map."))

    def review(self, message: InboundMessage, *, user: User) -> Review:
        """A message that waits for nobody's decision."""
        return Review(
            message, gettext("This message needs no decision"), (), (), (), may_be_new=False
        )
