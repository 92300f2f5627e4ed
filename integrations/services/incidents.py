"""Incidents: an integration stopped working, people are told once, and once that it works again.

One round looks at every report and compares the troubles with the incidents that are open. It is
one transaction under one lock: two workers do not both open, a worker that was only slow opens
nothing that is over, and one that dies leaves nothing half done. The mails are rows of the outbox,
written in the same transaction under keys that are unique for ever.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from agencyhub.accounts.models import User
from agencyhub.accounts.selectors import who_may
from agencyhub.lib.db import lock_keys
from agencyhub.mailing import letters, unsubscribing
from agencyhub.mailing import selectors as mail
from agencyhub.mailing.services import outbox
from integrations import mails
from integrations.models import Incident
from integrations.permissions import MANAGE
from integrations.reports import Report, State, trouble

LOCK = "integrations.incidents"
WANTED_FOR = timedelta(days=2)


@dataclass
class Round:
    """What one round did, by keys of incidents."""

    opened: list[int]
    closed: list[int]


@transaction.atomic
def review(*, read: Callable[[], Sequence[Report]], at: datetime) -> Round:
    """Open an incident for each integration that stopped working, close those that are over.

    ``read`` is called under the lock, so that no round acts on what an earlier one saw.
    """
    lock_keys([LOCK])
    with translation.override(settings.LANGUAGE_CODE):
        reports = {report.key: report for report in read()}
        known = {one.integration: one for one in Incident.objects.filter(closed_at=None)}
        opened = _open(reports, known, at=at)
        closed = _close(reports, known, at=at)
    _write(opened, "opened", at=at)
    _write([one for one in closed if one.ending == Incident.Ending.RECOVERED], "closed", at=at)
    return Round([one.pk for one in opened], [one.pk for one in closed])


def _open(
    reports: dict[str, Report], known: dict[str, Incident], *, at: datetime
) -> list[Incident]:
    new = [
        Incident(
            integration=report.key,
            title=str(report.title)[:200],
            kind=kind,
            failures=report.failures,
            text=_text(report),
            opened_at=at,
        )
        for report in reports.values()
        if report.key not in known and (kind := trouble(report, is_known=False))
    ]
    return Incident.objects.bulk_create(new)


def _text(report: Report) -> str:
    """What is wrong, of nobody: reasons of single messages stay in the inbox."""
    said = str(report.headline or "")
    if not report.backlog and report.error:
        said = f"{said}. {report.error}" if said else report.error
    return said[:400]


def _close(
    reports: dict[str, Report], known: dict[str, Incident], *, at: datetime
) -> list[Incident]:
    """Close what is over; an incident whose trouble is another one now stays the same incident."""
    closed = []
    for key, incident in known.items():
        report = reports.get(key)
        kind = trouble(report, is_known=True) if report else ""
        if kind:
            if kind != incident.kind:
                Incident.objects.filter(pk=incident.pk).update(kind=kind)
            continue
        is_off = report is None or report.state == State.OFF
        incident.closed_at = at
        incident.ending = Incident.Ending.TURNED_OFF if is_off else Incident.Ending.RECOVERED
        closed.append(incident)
    Incident.objects.bulk_update(closed, ["closed_at", "ending"])
    return closed


def readers() -> list[User]:
    """Those who manage integrations and can be written to."""
    return list(who_may(MANAGE).exclude(email="").order_by("pk"))


def _write(incidents: Sequence[Incident], event: str, *, at: datetime) -> None:
    """Write each incident's mail to each reader, once for ever."""
    if not incidents:
        return
    sender = mail.mail_settings().agency_name or "AgencyHub"
    for user in readers():
        for incident in incidents:
            outbox.write(
                kind=mails.INCIDENT,
                dedupe_key=mails.dedupe_key(incident.pk, event, user.pk),
                letter=_letter(incident, user, event, sender),
                at=at,
                expires_at=at + WANTED_FOR,
            )


def _letter(incident: Incident, user: User, event: str, sender: str) -> outbox.Letter:
    context = {
        "user": user,
        "incident": incident,
        "is_over": event == "closed",
        "health_url": unsubscribing.public_url(reverse("integrations:health")),
        "errors_url": unsubscribing.public_url(reverse("integrations:problem_list")),
        "unsubscribe_url": unsubscribing.link(address=user.email, kind=mails.INCIDENT.key),
    }
    texts = letters.render("incident", context, language=user.language, zone=user.time_zone)
    return outbox.Letter(
        to=user.email,
        language=user.language,
        subject=texts.subject,
        text=texts.text,
        html=texts.html,
        from_name=sender,
        user=user,
        facts={"incident": incident.pk, "event": event},
    )
