"""The mail to people whose password, second factor or address was changed."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencyhub.mailing import kinds
from agencyhub.mailing.models import OutgoingMail


def always_wanted(_outgoing: OutgoingMail, _at: datetime) -> str:
    """Whoever changed something may also have changed what one could ask here."""
    return ""


ACCOUNT_CHANGED = kinds.register(
    kinds.Kind(
        "account_changed",
        _("Changes of a password, second factor or address"),
        always_wanted,
        is_owed=True,
    )
)
