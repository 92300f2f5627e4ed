"""The Send menu on record pages."""

from typing import Any

from django import template
from django.template import RequestContext
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from individuals.models import Individual, SalesRecord
from integrations.plancompare import selectors

register = template.Library()
LABELS = {"individual": _("Send"), "sales_record": _("Send quotes")}


@register.inclusion_tag("plancompare/_send_menu.html", takes_context=True)
def plancompare_send(
    context: RequestContext, record_type: str, record: Individual | SalesRecord
) -> dict[str, Any]:
    """Draw the menu of quoting links, or say in words why the record cannot be sent.

    ``record_type`` is ``individual`` or ``sales_record``. An account without an active PlanCompare
    site gets nothing at all.
    """
    user = context["request"].user
    sending = selectors.can_send(user, on=timezone.localdate())
    return {
        "sending": sending,
        "label": LABELS[record_type],
        "record_type": record_type,
        "record_id": record.pk,
        "can_fix": bool(sending.fix) and user.has_perm("integrations.manage_integrations"),
    }
