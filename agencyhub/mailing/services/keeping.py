"""How long the texts of mails are kept."""

from datetime import datetime

from agencyhub.mailing.models import OutgoingMail

ON_ITS_WAY = (OutgoingMail.State.WAITING, OutgoingMail.State.HANDING)


def empty(*, before: datetime, at: datetime) -> int:
    """Forget addresses and texts of what was written before a moment; that it was sent stays."""
    old = OutgoingMail.objects.filter(created_at__lt=before, emptied_at=None)
    nothing = dict.fromkeys(("to", "from_name", "reply_to", "subject", "text", "html"), "")
    return old.exclude(state__in=ON_ITS_WAY).update(**nothing, emptied_at=at)
