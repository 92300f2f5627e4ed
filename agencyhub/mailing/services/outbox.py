"""Writing mail into the outbox."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agencyhub.accounts.models import User
from agencyhub.mailing import addresses
from agencyhub.mailing.kinds import Kind
from agencyhub.mailing.models import OutgoingMail


@dataclass(frozen=True)
class Letter:
    """What a mail says, and to whom; the texts are in ``language``."""

    to: str
    language: str
    subject: str
    text: str
    html: str
    from_name: str = ""
    reply_to: str = ""
    user: User | None = None
    individual_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Written:
    """The mails that one round wrote, and why others were not written, counted by code."""

    mails: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def write(
    *, kind: Kind, dedupe_key: str, letter: Letter, at: datetime, expires_at: datetime
) -> OutgoingMail | None:
    """Put a mail into the outbox; None when one with this key was written before.

    It leaves once the transaction around it is committed, at the sender's next round. Whether its
    reader wants it is asked again then.
    """
    values = {
        "kind": kind.key,
        "user": letter.user,
        "individual_id": letter.individual_id,
        "facts": dict(letter.facts),
        "to": letter.to,
        "to_index": addresses.index_of(letter.to),
        "from_name": letter.from_name,
        "reply_to": letter.reply_to,
        "language": letter.language,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "created_at": at,
        "next_attempt_at": at,
        "expires_at": expires_at,
    }
    mail, is_new = OutgoingMail.objects.get_or_create(dedupe_key=dedupe_key, defaults=values)
    return mail if is_new else None
