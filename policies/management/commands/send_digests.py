"""``send_digests``: write the digests that are due, and hand them over in this process."""

from datetime import datetime

from agencyhub.mailing.commands import MailCommand
from agencyhub.mailing.services.outbox import Written
from policies.services import digests


class Command(MailCommand):
    """One call of the service, then of the sender for what it wrote."""

    help = "Write and send the daily digests to agents that are due."

    def write(self, at: datetime) -> Written:
        """Write what is due at a moment."""
        return digests.write_due(at=at)
