"""The mail about a new device, or a change of a password, second factor or address."""

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
        _("New devices, and changes of a password, second factor or address"),
        always_wanted,
        is_owed=True,
    )
)
