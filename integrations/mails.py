"""The mail about incidents, and what is asked before it leaves."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencyhub.mailing import kinds
from agencyhub.mailing.models import OutgoingMail
from integrations.models import Incident
from integrations.permissions import MANAGE

TOLD = (OutgoingMail.State.SENT, OutgoingMail.State.UNSURE, OutgoingMail.State.HANDING)


def dedupe_key(incident_id: int, event: str, user_id: int) -> str:
    """The key of a mail: an incident is told of once, and that it is over once."""
    return f"integration_incident:{incident_id}:{event}:{user_id}"


def still_wanted(outgoing: OutgoingMail, _at: datetime) -> str:
    """Who no longer manages integrations is told nothing, nor is anybody of what is over unseen.

    The incident stays locked until the mail server has the mail.
    """
    user = outgoing.user
    if user is None or not user.is_active or not user.has_perm(MANAGE):
        return "reader_left"
    rows = Incident.objects.select_for_update().filter(pk=outgoing.facts["incident"])
    incident = rows.first()
    if incident is None:
        return "over"
    if outgoing.facts["event"] == "opened":
        return "over" if incident.closed_at else ""
    told = dedupe_key(incident.pk, "opened", user.pk)
    was_told = OutgoingMail.objects.filter(dedupe_key=told, state__in=TOLD).exists()
    return "" if was_told else "never_told"


INCIDENT = kinds.register(
    kinds.Kind(
        "integration_incident",
        _("Integration stopped working"),
        still_wanted,
        {
            "reader_left": _("Its reader no longer manages integrations."),
            "over": _("It worked again before the email left."),
            "never_told": _("Its reader was not told of the beginning."),
        },
    )
)
