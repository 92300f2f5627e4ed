"""Mail on its way out, who does not want it, and how people and the agency have set it up."""

from agencyhub.mailing.models.optouts import OptOut
from agencyhub.mailing.models.outbox import OutgoingMail
from agencyhub.mailing.models.settings import MailPreference, MailSettings

__all__ = ["MailPreference", "MailSettings", "OptOut", "OutgoingMail"]
