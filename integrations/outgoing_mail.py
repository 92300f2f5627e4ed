"""Mail on the health page: whether the mail server takes what the outbox has."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Sum
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.mailing import kinds
from agencyhub.mailing.models import OutgoingMail
from integrations.reports import Counted, Door, Problem, Report, judge

KEY = "mail"
OURS = ("no_answer", "sender_refused", "cut_off", "worker_died")
"""Reasons that tell of the mail server, not of an address or a text."""
WATCHED = timedelta(days=7)
MOST_COUNTED = 1001
State = OutgoingMail.State


class MailScreens:
    """The outbox is one integration; it has settings of its own."""

    def reports(self, *, now: datetime) -> Sequence[Report]:
        """What waits, and how often the mail server did not answer since it last took a mail."""
        recent = OutgoingMail.objects.filter(handed_at__gte=now - WATCHED)
        sent = recent.filter(state=State.SENT).aggregate(last=Max("handed_at"))["last"]
        broken = recent.filter(reason__in=OURS)
        if sent:
            broken = broken.filter(handed_at__gt=sent)
        failed: dict[str, Any] = broken.aggregate(
            tries=Sum("attempts"), mails=Count("pk"), first=Min("handed_at"), last=Max("handed_at")
        )
        failures = failed["tries"] or 0
        newest = broken.order_by("-handed_at", "-pk").first() if failures else None
        error = str(kinds.REASONS[newest.reason]) if newest else ""
        url = reverse("mailing:mail_list")
        waiting = OutgoingMail.objects.due(at=now).aggregate(
            number=Count("pk"), oldest=Min("next_attempt_at")
        )
        lost, unsure = _lost(recent)
        doors = [
            Door(_("Failed in 7 days"), lost, f"{url}?state=failed"),
            Door(_("Unsure in 7 days"), unsure, f"{url}?state=unsure"),
        ]
        return [
            Report(
                key=KEY,
                title=gettext("Email"),
                url=reverse("mailing:mailsettings"),
                icon="mail",
                state=judge(
                    is_active=True,
                    failures=failures,
                    needs_somebody=any(door.count for door in doors),
                    has_run=sent is not None or bool(failures),
                ),
                headline=gettext("The mail server takes no email") if failures > 1 else "",
                error=error,
                failures=failures,
                last_at=sent,
                next_words=gettext("Every 20 seconds"),
                oldest_at=waiting["oldest"],
                backlog=Door(
                    _("Waiting"), Counted(waiting["number"]), f"{url}?state=waiting", "info"
                ),
                doors=doors,
                problems=[_problem(failed, error, url)] if failures else [],
            )
        ]


def _lost(recent: Any) -> list[Counted]:
    """How many failed, and of how many nobody knows: each as far as anybody counts."""
    few = [
        recent.filter(state=one).order_by().values("state")[:MOST_COUNTED]
        for one in (State.FAILED, State.UNSURE)
    ]
    found = Counter(row["state"] for row in few[0].union(few[1], all=True))
    return [Counted(found[State.FAILED]), Counted(found[State.UNSURE])]


def _problem(failed: dict[str, Any], error: str, url: str) -> Problem:
    return Problem(
        title=gettext("Email"),
        words=error,
        count=Counted(failed["mails"]),
        oldest=failed["first"],
        newest=failed["last"],
        rows_url=url,
        remedy=gettext("Waiting email is tried again automatically. Open the outbox."),
        remedy_url=url,
        code="mail",
    )
