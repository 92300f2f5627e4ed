"""Tags that lead from a record to the messages that partners sent about it."""

from typing import Any

from django import template
from django.db.models import Model
from django.template import Context

from agencyhub.records.models import Change
from integrations.models import InboundMessage
from integrations.permissions import MANAGE, REVIEW

register = template.Library()

SHOWN = 5


@register.inclusion_tag("integrations/_messages_of.html", takes_context=True)
def messages_of(context: Context, record: Model) -> dict[str, Any]:
    """Draw links to the newest messages that changed a record, for those who may see the inbox.

    Needs the request in the context.
    """
    user = context["request"].user
    if not (user.has_perm(MANAGE) or user.has_perm(REVIEW)):
        return {"messages": []}
    changes = Change.objects.filter(table_name=record._meta.db_table, record_id=record.pk)
    batches = set(changes.exclude(batch=None).values_list("batch_id", flat=True))
    rows = InboundMessage.objects.filter(batch__in=batches).order_by("-pk")
    return {"messages": list(rows.only("public_id", "partner", "received_at")[:SHOWN])}
