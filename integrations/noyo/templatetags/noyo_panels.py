"""The small parts of the pages of group mapping."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.templatetags import ui
from integrations.noyo.models import GroupConnection, Link
from integrations.noyo.selectors.rows import LinkRow

register = template.Library()

State, Status = Link.State, GroupConnection.Status
LOOKS = {
    State.SUGGESTED: ("info", "help"),
    State.CONFIRMED: ("success", "link"),
    State.REJECTED: ("neutral", "unlink"),
    State.STALE: ("warning", "refresh"),
    State.MISSING: ("danger", "alert-circle"),
    State.NOT_OFFERED: ("neutral", "minus"),
}

CONNECTIONS = {
    Status.COMPLETED: ("success", "plug-connected"),
    Status.ACTION_REQUIRED: ("danger", "alert-circle"),
    Status.CARRIER_AUTHORIZATION: ("warning", "alert-triangle"),
    Status.UNABLE_TO_CONNECT: ("danger", "circle-x"),
}
HINTS = {
    Status.CREATED: _("There is nothing for you to do."),
    Status.PROCESSING: _("There is nothing for you to do."),
    Status.NOYO_REVIEW: _("Noyo is fixing something. There is nothing for you to do."),
    Status.WAITING_ON_CARRIER: _("The carrier has to install the group, or to answer Noyo."),
    Status.CARRIER_AUTHORIZATION: _("Have the employer authorize Noyo at the carrier."),
    Status.ACTION_REQUIRED: _("Check the number and the authorization, then try again."),
    Status.UNABLE_TO_CONNECT: _("Ask the carrier for the right number, then try again."),
}


@register.simple_tag
def link_badge(link: LinkRow) -> SafeString:
    """The state of a link as a chip."""
    tone, icon = LOOKS[State(link.state)]
    return ui.badge(link.state_label, tone, icon)


@register.simple_tag
def connection_badge(status: str) -> SafeString:
    """The status of a connection as a chip."""
    tone, icon = CONNECTIONS.get(Status(status), ("info", "clock"))
    return ui.badge(Status(status).label, tone, icon)


@register.simple_tag
def connection_hint(status: str) -> str:
    """What a person has to do about a connection, if anything."""
    return str(HINTS.get(Status(status), ""))
