"""Handing mail over to the mail server: each once, and none that its reader no longer needs.

Each mail takes two transactions. The first stores that it is being handed over; the second holds
the mail and the rows that its kind looks at locked, asks whether it is still wanted, calls the mail
server, and stores what came of it. A worker that dies in between leaves the first one's mark.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext as _

from agencyhub.lib.errors import DomainError
from agencyhub.mailing import kinds, messages, selectors
from agencyhub.mailing.handover import Outcome, hand_over, open_connection
from agencyhub.mailing.models import OptOut, OutgoingMail
from agencyhub.mailing.services import optouts

State = OutgoingMail.State
MINUTE = timedelta(minutes=1)
# A task that runs for long would go by an hour that is over.
MOST_IN_A_ROUND = 100
MOST_ATTEMPTS = 10
LONGEST_WAIT = timedelta(hours=1)
# Far longer than the mail server may take: by then nobody is at it any more.
LOST_AFTER = timedelta(minutes=10)
# What somebody sends again should leave while they look at it.
AGAIN_WITHIN = timedelta(hours=1)


class NotToBeSentAgainError(DomainError):
    """It has arrived, is on its way, or was held back for a reason."""

    code = "not_to_be_sent_again"


def send_due(*, at: datetime, only: Collection[int] | None = None) -> Counter[str]:
    """Hand over what is due, as fast as the agency's mail server allows; count what came of it.

    ``only`` names mails by key: nothing else leaves. Otherwise a round ends after a hundred.
    """
    allowed = selectors.mail_settings().most_per_minute
    left = allowed - selectors.handed_since(at - MINUTE, until=at)
    budget = left if only else min(left, MOST_IN_A_ROUND)
    done: Counter[str] = Counter()
    connection = get_connection()
    try:
        while done.total() < budget:
            mail = _claim(at=at, only=only)
            if mail is None:
                break
            outcome = _send(mail, connection, at=at)
            done[outcome.state] += 1
            if outcome.is_offline:
                break
    finally:
        connection.close()
    return done


def mark_lost(*, at: datetime) -> int:
    """Say ``unsure`` of what a dead worker was handing over; a living one holds its row."""
    with transaction.atomic():
        rows = OutgoingMail.objects.select_for_update(skip_locked=True)
        lost = rows.filter(state=State.HANDING, handed_at__lt=at - LOST_AFTER)
        for mail in lost:
            _settle(mail, Outcome(State.UNSURE, "worker_died"), at=at)
    return len(lost)


@transaction.atomic
def send_again(*, mail_id: int, at: datetime) -> OutgoingMail:
    """Let a mail that failed, or whose fate is unsure, leave once more.

    Whether it is still wanted is asked again; a text that is of another day does not leave.

    Raises:
        NotToBeSentAgainError: see there.
    """
    mail = OutgoingMail.objects.select_for_update().get(pk=mail_id)
    if mail.state not in OutgoingMail.AGAIN or mail.emptied_at:
        msg = _("This email is not one that failed; it is not sent again.")
        raise NotToBeSentAgainError(msg)
    mail.state, mail.reason, mail.reply_code = State.WAITING, "", None
    mail.attempts, mail.next_attempt_at, mail.settled_at = 0, at, None
    mail.expires_at = max(mail.expires_at, at + AGAIN_WITHIN)
    mail.save(
        update_fields=[
            *("state", "reason", "reply_code", "attempts", "next_attempt_at", "settled_at"),
            "expires_at",
        ]
    )
    return mail


@transaction.atomic
def _claim(*, at: datetime, only: Collection[int] | None) -> OutgoingMail | None:
    """Mark the next mail as being handed over; mails that others are at are passed by."""
    due = OutgoingMail.objects.due(at=at)
    if only is not None:
        due = due.filter(pk__in=only)
    rows = due.select_for_update(skip_locked=True, of=("self",))
    mail = rows.order_by("next_attempt_at", "pk").first()
    if mail is not None:
        mail.state, mail.handed_at, mail.attempts = State.HANDING, at, mail.attempts + 1
        mail.save(update_fields=["state", "handed_at", "attempts"])
    return mail


def _send(claimed: OutgoingMail, connection: BaseEmailBackend, *, at: datetime) -> Outcome:
    """Ask once more, hand over, and store what came of it: in one transaction, under locks."""
    unreached = open_connection(connection)
    with transaction.atomic():
        mine = OutgoingMail.objects.filter(
            pk=claimed.pk, state=State.HANDING, attempts=claimed.attempts
        )
        mail = mine.select_for_update().first()
        if mail is None:
            return Outcome(State.UNSURE, "worker_died")
        reason = _unwanted(mail, at=at)
        if reason:
            outcome = Outcome(State.SUPPRESSED, reason)
        else:
            outcome = unreached or hand_over(messages.build(mail), connection)
        _settle(mail, outcome, at=at)
    return outcome


def _unwanted(mail: OutgoingMail, *, at: datetime) -> str:
    """The code of why a mail must not leave; blank if it may."""
    kind = kinds.find(mail.kind)
    if kind is None:
        return "withdrawn"
    if at >= mail.expires_at:
        return "too_late"
    optout = selectors.open_optout(address=mail.to, kind=mail.kind)
    if optout is not None and optout.cause == OptOut.Cause.REFUSED:
        return "dead_address"
    if optout is not None and not kind.is_owed:
        return "opted_out"
    return kind.still_wanted(mail, at)


def _settle(mail: OutgoingMail, outcome: Outcome, *, at: datetime) -> None:
    """Store what came of an attempt; what was put off waits longer each time."""
    mail.state, mail.reason, mail.reply_code = outcome.state, outcome.reason, outcome.reply_code
    if outcome.state == State.WAITING and mail.attempts >= MOST_ATTEMPTS:
        mail.state = State.FAILED
    if mail.state == State.WAITING:
        mail.next_attempt_at = at + min(MINUTE * 2 ** (mail.attempts - 1), LONGEST_WAIT)
    else:
        mail.settled_at = at
    if outcome.is_dead_address:
        optouts.opt_out(to_index=bytes(mail.to_index), kind="", cause=OptOut.Cause.REFUSED, at=at)
    mail.save(update_fields=["state", "reason", "reply_code", "next_attempt_at", "settled_at"])
