"""``send_binder_reminders``: write the reminders that are due, and hand them over at once."""

from datetime import datetime

from agencyhub.mailing.commands import MailCommand
from agencyhub.mailing.services.outbox import Written
from policies.services import reminders


class Command(MailCommand):
    """One call of the service, then of the sender for what it wrote."""

    help = "Write and send the reminders of initial payments that are due."

    def write(self, at: datetime) -> Written:
        """Write what is due at a moment."""
        return reminders.write_due(at=at)
