"""Writing the mails of subscriptions that are due: figures within what their readers may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import reach_of
from agencyhub.home.charts import in_words
from agencyhub.home.mails import REPORT
from agencyhub.home.models import Subscription
from agencyhub.home.reports import registry, remembered
from agencyhub.home.reports.base import Counting, Figures, Line
from agencyhub.home.subscriptions import rights, schedule, selectors, services
from agencyhub.mailing import clock, letters, unsubscribing
from agencyhub.mailing import selectors as mail
from agencyhub.mailing.models import OutgoingMail
from agencyhub.mailing.services import outbox
from agencyhub.mailing.services.outbox import Written

MOST_LINES = 40


@dataclass(frozen=True)
class _Answer:
    """What was found for one subscription, before anything is stored."""

    reader: User
    day: date
    reason: str
    letter: outbox.Letter


def write_due(*, at: datetime) -> Written:
    """Write the mails whose hour has come."""
    written = Written()
    for subscription_id in selectors.due(at=at):
        outgoing = write_one(subscription_id=subscription_id, at=at)
        if outgoing:
            written.mails.append(outgoing.pk)
        else:
            written.left_out["not_due"] += 1
    return written


def write_one(*, subscription_id: int, at: datetime) -> OutgoingMail | None:
    """Write the mail of one subscription, if it is due and no other worker has.

    Counting may take long, so it holds no lock; whoever is first stores the mail and the day in
    one transaction. Nothing is stored before, so a worker that dies leaves the day to the next.
    """
    subscription = selectors.running().filter(pk=subscription_id).first()
    day = schedule.day_due(selectors.plan_of(subscription), at) if subscription else None
    if subscription is None or day is None:
        return None
    if mail.open_optout(address=subscription.user.email, kind=REPORT.key):
        Subscription.objects.filter(pk=subscription_id).update(done_on=day)
        return None
    return _store(subscription_id, _answer(subscription, day=day, at=at), at=at)


@transaction.atomic
def _store(subscription_id: int, answer: _Answer, *, at: datetime) -> OutgoingMail | None:
    """Put the mail into the outbox, unless the day has been looked after in the meantime."""
    now = Subscription.objects.select_for_update().filter(pk=subscription_id, stopped_at=None)
    subscription = now.first()
    if subscription is None or (subscription.done_on and subscription.done_on >= answer.day):
        return None
    reader = answer.reader
    subscription.done_on = answer.day
    subscription.reach = rights.keep(reach_of(reader))
    subscription.save(update_fields=["done_on", "reach"])
    if answer.reason:
        services.stop(subscription_id=subscription_id, reason=answer.reason, at=at)
    wants = mail.preference_of(reader)
    return outbox.write(
        kind=REPORT,
        dedupe_key=f"{REPORT.key}:{subscription_id}:{answer.day:%Y%m%d}",
        letter=answer.letter,
        at=at,
        expires_at=clock.end_of_day(at, zone=reader.time_zone, quiet_from=wants.quiet_from),
    )


def _answer(subscription: Subscription, *, day: date, at: datetime) -> _Answer:
    """Figures for the reader as they are now, or why there are none any more."""
    user = subscription.user
    reason = rights.refusal(subscription, user=user)
    with translation.override(user.language), timezone.override(user.time_zone):
        context = {
            "user": user,
            "subscription": subscription,
            "rhythm": selectors.rhythm(subscription),
            "reason": rights.REASONS.get(reason, ""),
            "subscriptions_url": unsubscribing.public_url(reverse("home:subscription_list")),
            "unsubscribe_url": unsubscribing.link(address=user.email, kind=REPORT.key),
            **({} if reason else _figures(subscription, user, at=at)),
        }
    name = "report_stopped" if reason else "report"
    texts = letters.render(name, context, language=user.language, zone=user.time_zone)
    letter = outbox.Letter(
        to=user.email,
        language=user.language,
        subject=texts.subject,
        text=texts.text,
        html=texts.html,
        from_name=mail.mail_settings().agency_name or "AgencyHub",
        user=user,
        facts={
            "subscription": subscription.pk,
            "day": day.isoformat(),
            "stopped": reason,
            "rights": rights.digest(user),
        },
    )
    return _Answer(user, day, reason, letter)


def _figures(subscription: Subscription, user: User, *, at: datetime) -> dict[str, object]:
    """The figures as a mail shows them; the numbers lead nowhere, the report's link does."""
    report = registry.REPORTS[subscription.report]
    form = report.form(QueryDict(subscription.query))
    form.is_valid()
    on = clock.local(at, user.time_zone).date()
    found = remembered.figures_of(report, user=user, params=form.cleaned_data, on=on, now=at)
    # A worker has the time that a page has not.
    figures = report.count(user, form.cleaned_data, on) if isinstance(found, Counting) else found
    first = figures.lines[:MOST_LINES]
    return {
        "report": report,
        "figures": figures,
        "heads": [str(one.label) for one in figures.columns],
        "lines": _lines(figures, first),
        "total": _lines(figures, [figures.total])[0][1] if figures.total else None,
        "more": len(figures.lines) - len(first),
        "report_url": unsubscribing.public_url(selectors.url_of(subscription)),
    }


def _lines(figures: Figures, lines: Sequence[Line]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each line's label, and its columns' labels with the values in words."""
    return [
        (
            str(line.label),
            [
                (str(column.label), in_words(cell.value, column.kind))
                for column, cell in zip(figures.columns, line.cells, strict=True)
            ],
        )
        for line in lines
    ]
