"""``send_reports``: write the reports by mail that are due, and hand them over in this process."""

from datetime import datetime

from agencyhub.home.subscriptions import writing
from agencyhub.mailing.commands import MailCommand
from agencyhub.mailing.services.outbox import Written


class Command(MailCommand):
    """One call of the service, then of the sender for what it wrote."""

    help = "Write and send the reports by mail that are due."

    def write(self, at: datetime) -> Written:
        """Write what is due at a moment."""
        return writing.write_due(at=at)
