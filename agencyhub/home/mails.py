"""The kind of mail that brings reports, and what is asked before each leaves."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencyhub.home.models import Subscription
from agencyhub.home.subscriptions import rights
from agencyhub.mailing import kinds
from agencyhub.mailing.models import OutgoingMail


def report_still_wanted(outgoing: OutgoingMail, _at: datetime) -> str:
    """Figures are for somebody who works here, and who may see as much as when they were counted.

    The subscription stays locked until the mail server has the mail: stopping it has been seen
    here, or comes too late for this mail. What says that a subscription has ended needs none.
    """
    user = outgoing.user
    if user is None or not user.is_active:
        return "reader_left"
    if user.email.lower() != outgoing.to.lower():
        return "address_changed"
    if outgoing.facts["stopped"]:
        return ""
    rows = Subscription.objects.select_for_update().filter(pk=outgoing.facts["subscription"])
    subscription = rows.filter(stopped_at=None).first()
    if subscription is None:
        return "stopped"
    has_changed = rights.digest(user) != outgoing.facts["rights"]
    return "rights_changed" if has_changed or rights.refusal(subscription, user=user) else ""


REPORT = kinds.register(
    kinds.Kind(
        "report",
        _("Reports by email"),
        report_still_wanted,
        {
            "reader_left": _("Its reader no longer works here."),
            "address_changed": _("Its reader has another address by now."),
            "stopped": _("The subscription is stopped."),
            "rights_changed": _("What its reader may see has changed since it was counted."),
        },
    )
)
