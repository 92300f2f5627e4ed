"""A mail of the outbox as a message for Django's e-mail backends."""

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from agencyhub.lib.text import tidy
from agencyhub.mailing import kinds, unsubscribing
from agencyhub.mailing.models import OutgoingMail

# Tells a backend of ours that the outbox has it already.
MARK = "X-AgencyHub-Mail"


def build(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Text and HTML, from the agency's address under the sender's name, with a way out if any."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    kind = kinds.find(mail.kind)
    way_out = {} if kind and kind.is_owed else _way_out(mail)
    message = EmailMultiAlternatives(
        subject=tidy(mail.subject),
        body=mail.text,
        from_email=formataddr((tidy(mail.from_name), address)),
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            MARK: str(mail.pk),
            "Message-ID": f"<mail-{mail.pk}-{mail.attempts}@{address.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
            **way_out,
        },
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def _way_out(mail: OutgoingMail) -> dict[str, str]:
    """The headers that let a reader's own mail program unsubscribe (RFC 8058)."""
    link = unsubscribing.link(address=mail.to, kind=mail.kind)
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
