"""The daily mail to agents: payments that are due or past due, and calls that are to be made."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from agencyhub.accounts.models import User
from agencyhub.mailing import clock, letters, unsubscribing
from agencyhub.mailing import selectors as mail
from agencyhub.mailing.models import MailPreference, OutgoingMail
from agencyhub.mailing.services import outbox
from agencyhub.mailing.services.outbox import Written
from agencyhub.records.lists.pages import with_params
from individuals.models import Individual
from policies import digest
from policies.lists.risks import DUE
from policies.mails import DIGEST
from policies.models import PaymentStatus
from policies.selectors import digests as selectors


def write_due(*, at: datetime) -> Written:
    """Write the digests whose hour has come; each user's local day is looked after once."""
    written = Written()
    if not mail.mail_settings().sends_digests:
        written.left_out["agency_off"] += 1
        return written
    for user in selectors.readers():
        day = digest.day_due(selectors.wish_of(user), at)
        if day is None:
            written.left_out["not_due"] += 1
        elif mail_of_day := _look_after(user, day=day, at=at):
            written.mails.append(mail_of_day.pk)
        else:
            written.left_out["nothing_to_tell"] += 1
    return written


@transaction.atomic
def _look_after(user: User, *, day: date, at: datetime) -> OutgoingMail | None:
    """Write one user's digest of a day, unless there is nothing to tell or another worker did."""
    MailPreference.objects.get_or_create(user=user)
    preference = MailPreference.objects.select_for_update().get(pk=user.pk)
    if preference.digest_day == day:
        return None
    preference.digest_day = day
    preference.save(update_fields=["digest_day"])
    found = selectors.facts_for(user, today=day, at=at)
    told = selectors.told_last(user, kind=DIGEST.key)
    shown = digest.lines(found, told=told, today=day)
    calls = selectors.calls_for(user, today=day)
    if not shown and not calls.count:
        return None
    return outbox.write(
        kind=DIGEST,
        dedupe_key=f"{DIGEST.key}:{user.pk}:{day:%Y%m%d}",
        letter=_letter(user, shown, calls, day=day),
        at=at,
        expires_at=clock.end_of_day(at, zone=user.time_zone, quiet_from=preference.quiet_from),
    )


def _letter(
    user: User, shown: Sequence[digest.Line], calls: digest.Calls, *, day: date
) -> outbox.Letter:
    first = shown[: digest.MOST_SHOWN]
    context = {
        "user": user,
        "day": day,
        "count": len(shown),
        "lines": [
            (one, PaymentStatus(one.facts.status).label, page, _left(one, day))
            for one, page in zip(first, _pages(user, first), strict=True)
        ],
        "more": len(shown) - len(first),
        "board_url": unsubscribing.public_url(_board_of(user)),
        "calls": calls,
        "calls_url": unsubscribing.public_url(_board_of(user, next_call=DUE)),
        "preferences_url": unsubscribing.public_url(reverse("mailing:preference")),
        "unsubscribe_url": unsubscribing.link(address=user.email, kind=DIGEST.key),
    }
    texts = letters.render("digest", context, language=user.language, zone=user.time_zone)
    return outbox.Letter(
        to=user.email,
        language=user.language,
        subject=texts.subject,
        text=texts.text,
        html=texts.html,
        from_name=mail.mail_settings().agency_name or "AgencyHub",
        user=user,
        facts={
            "day": day.isoformat(),
            "told": digest.telling(shown),
            "calls": calls.count,
        },
    )


def _pages(user: User, shown: Sequence[digest.Line]) -> list[str]:
    """The subscriber's page of each line, or the policy's where the user may not see the former.

    Whoever is not signed in is asked to, and lands there.
    """
    people = [one.facts.individual_id for one in shown]
    rows = Individual.objects.visible_to(user).filter(pk__in=people)
    visible = set(rows.values_list("pk", flat=True))
    paths = [
        reverse("individuals:individual_detail", args=[one.facts.individual_id])
        if one.facts.individual_id in visible
        else reverse("policies:policy_detail", args=[one.facts.policy_id])
        for one in shown
    ]
    return [unsubscribing.public_url(path) for path in paths]


def _board_of(user: User, **filters: str) -> str:
    """What is at risk of the agent's own; whoever sees no more than that needs no filter."""
    board = reverse("policies:risk_list")
    if not selectors.sees_own_only(user):
        filters["agent"] = str(user.agent.pk)
    return with_params(board, **filters) if filters else board


def _left(line: digest.Line, day: date) -> int | None:
    """Days until the deadline; negative ones since."""
    deadline = line.facts.deadline
    return (deadline - day).days if deadline else None
