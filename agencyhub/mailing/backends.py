"""An e-mail backend for machines that must not write to anybody: mail stays in the outbox."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.html import escape
from django.utils.translation import get_language

from agencyhub.mailing import addresses
from agencyhub.mailing.messages import MARK
from agencyhub.mailing.models import OutgoingMail

ACCOUNT = "account"


class KeepingBackend(BaseEmailBackend):
    """Takes every mail, and sends none. What is not of the outbox, such as an invitation, is put
    there as sent, so that somebody who tries the product finds it.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages."""
        new = [one for one in email_messages if MARK not in one.extra_headers]
        OutgoingMail.objects.bulk_create(_kept(one, to) for one in new for to in one.recipients())
        return len(email_messages)


def _kept(message: EmailMessage, to: str) -> OutgoingMail:
    now = timezone.now()
    return OutgoingMail(
        kind=ACCOUNT,
        dedupe_key=f"{ACCOUNT}:{get_random_string(32)}",
        to=to,
        to_index=addresses.index_of(to),
        language=get_language() or "",
        subject=str(message.subject),
        text=str(message.body),
        html=f"<pre>{escape(message.body)}</pre>",
        state=OutgoingMail.State.SENT,
        attempts=1,
        created_at=now,
        next_attempt_at=now,
        expires_at=now,
        handed_at=now,
        settled_at=now,
    )
