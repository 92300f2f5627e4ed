"""One call of the mail server, and what its answer means."""

from dataclasses import dataclass
from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from agencyhub.mailing.models import OutgoingMail

State = OutgoingMail.State
PERMANENT = 500
# No such mailbox. Other refusals may be about the message, or about us.
DEAD = frozenset({550, 551, 553, 556})


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt. ``is_offline``: the next mail would fare no better."""

    state: OutgoingMail.State
    reason: str = ""
    reply_code: int | None = None
    is_dead_address: bool = False
    is_offline: bool = False


def open_connection(connection: BaseEmailBackend) -> Outcome | None:
    """Reach the mail server, unless it is reached already; say what went wrong, if it did.

    A server that also hangs up on whoever it does not know yet has not seen a mail so far.
    """
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        code = error.smtp_code if isinstance(error, SMTPResponseException) else None
        return Outcome(State.WAITING, "no_answer", code, is_offline=True)
    return None


def hand_over(message: EmailMessage, connection: BaseEmailBackend) -> Outcome:
    """Give a message to the mail server.

    An answer decides what came of it. Silence does not: the server may have taken the message
    before it fell silent, so nobody tries again by themselves.
    """
    try:
        connection.send_messages([message])
    except (SMTPException, OSError, ValueError) as error:
        connection.close()
        return _failure(error)
    return Outcome(State.SENT)


def _failure(error: Exception) -> Outcome:
    if isinstance(error, SMTPRecipientsRefused):
        return _refused_address(error)
    if isinstance(error, SMTPResponseException):
        reason = "sender_refused" if isinstance(error, SMTPSenderRefused) else "message_refused"
        return _refusal(error.smtp_code, reason)
    if isinstance(error, SMTPServerDisconnected) or not isinstance(
        error, SMTPException | ValueError
    ):
        return Outcome(State.UNSURE, "cut_off", is_offline=True)
    return Outcome(State.FAILED, "message_refused")


def _refused_address(error: SMTPRecipientsRefused) -> Outcome:
    code = next(code for code, _words in error.recipients.values())
    outcome = _refusal(code, "refused")
    is_dead = outcome.state == State.FAILED and code in DEAD
    return Outcome(outcome.state, outcome.reason, code, is_dead_address=is_dead)


def _refusal(code: int, reason: str) -> Outcome:
    """An answer of 5xx is final, one of 4xx asks us to come again."""
    if code >= PERMANENT:
        return Outcome(State.FAILED, reason, code)
    return Outcome(State.WAITING, "no_answer", code)
