"""Noyo on the shared pages of the integrations."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from integrations import asked, nightly_reports, receiving
from integrations.noyo.models import Account, Mapping, NoyoGroup, SyncRun
from integrations.noyo.partner import INACTIVE
from integrations.noyo.selectors import account as selectors
from integrations.noyo.services.accounts import TITLE
from integrations.reports import Counted, Problem, Report
from integrations.screens import Card, NothingHeld, Notice, nightly_state

ICON = "arrows-exchange"
MOST_PROBLEMS = 20
TEXT = _("Reads what carriers have installed for your groups, to map plans, classes and members.")
HEADLINES = {
    SyncRun.State.FAILED: _("The last reading of Noyo failed"),
    SyncRun.State.INCOMPLETE: _("The last reading of Noyo is incomplete"),
    SyncRun.State.WAITING: _("The reading of Noyo waits"),
}


@asked.shared
def _account() -> Account | None:
    return Account.objects.filter(pk=1).first()


class NoyoScreens(NothingHeld):
    """No event is held for review; what could not be read shows as a notice."""

    maps_nothing = _("Noyo’s events hold no values to map.")

    def cards(self) -> Sequence[Card]:
        """The one account."""
        account = _account()
        return [
            Card(
                title=TITLE,
                text=TEXT,
                url=reverse("noyo:account_detail"),
                icon=ICON,
                is_active=bool(account and account.is_active),
                state=nightly_state(is_active=account.is_active if account else None),
            )
        ]

    def notices(self, *, on: date) -> Sequence[Notice]:
        """Groups that cannot be read, and mappings that Noyo did not take."""
        account = _account()
        if account is None or not account.is_active:
            return []
        return [*_unread_notices(), *_refused_notices()]

    def reports(self, *, now: datetime) -> Sequence[Report]:
        """The readings at night, and the events."""
        account = _account()
        if account is None:
            return []
        url = self.settings_url()
        nightly = nightly_reports.Nightly(
            "noyo", gettext("Readings of Noyo"), url, ICON, HEADLINES, reverse("noyo:run_start")
        )
        runs = SyncRun.objects.filter(noyo_group=None)
        readings = nightly_reports.report(
            nightly,
            is_active=account.is_active,
            active_since=account.activated_at if account.is_active else None,
            runs=runs,
            next_at=selectors.next_night(account, now=now),
            now=now,
            words=_came,
            problems=tuple(_problems()) if account.is_active else (),
        )
        events = receiving.report(
            slug="noyo",
            title=gettext("Events of Noyo"),
            url=url,
            icon=ICON,
            refusal="" if account.is_active else gettext(INACTIVE),
            now=now,
        )
        return [readings, replace(events, key="noyo_events")]

    def settings_url(self) -> str:
        """The account's page."""
        return reverse("noyo:account_detail")


def _unread() -> QuerySet[NoyoGroup]:
    return NoyoGroup.objects.exclude(problem="").filter(gone_at=None)


def _problems() -> Iterator[Problem]:
    """Groups that cannot be read, by what is wrong with them."""
    url, run_url = reverse("noyo:group_list"), reverse("noyo:run_start")
    counted = _unread().order_by().values("problem").annotate(number=Count("pk"))
    for row in counted.order_by("-number", "problem")[:MOST_PROBLEMS]:
        yield Problem(
            title=gettext("Groups at Noyo"),
            words=row["problem"],
            count=Counted(row["number"]),
            oldest=None,
            newest=None,
            rows_url=url,
            remedy=gettext("Open the groups"),
            remedy_url=url,
            retry_url=run_url,
            is_retried_by_post=True,
            code="groups",
        )


def _came(run: SyncRun) -> str:
    return gettext("%(groups)s of %(total)s groups read, %(changed)s with news.") % {
        "groups": run.groups,
        "total": run.total,
        "changed": run.changed,
    }


def _unread_notices() -> list[Notice]:
    number = _unread().count()
    if not number:
        return []
    words = ngettext(
        "%(number)s group at Noyo cannot be read",
        "%(number)s groups at Noyo cannot be read",
        number,
    ) % {"number": number}
    text = gettext("What was read before stays. Each group says what is wrong.")
    return [Notice("warning", words, text, reverse("noyo:group_list"), "building")]


def _refused_notices() -> list[Notice]:
    number = Mapping.objects.filter(refused_at__isnull=False).count()
    if not number:
        return []
    words = ngettext(
        "%(number)s mapping was refused by Noyo",
        "%(number)s mappings were refused by Noyo",
        number,
    ) % {"number": number}
    text = gettext("Each says which field Noyo does not take, and what can be done.")
    address = f"{reverse('noyo:mapping_list')}?refused=yes"
    return [Notice("danger", words, text, address, "arrows-exchange")]
