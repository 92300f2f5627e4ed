"""The small parts of the pages of group mapping."""

from django import template
from django.utils.safestring import SafeString

from agencyhub.lib.templatetags import ui
from integrations.noyo.models import GroupConnection, Link
from integrations.noyo.selectors.studio import LinkRow

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
