"""What pages of groups show of requests for evidence."""

from django import template

from eoi.models import EoiRequest
from groups.models import Election

register = template.Library()


@register.simple_tag
def open_request(election: Election) -> EoiRequest | None:
    """The request that an election waits for; None where nothing waits."""
    if not election.waiting_for_eoi:
        return None
    return EoiRequest.objects.open().filter(election=election).first()
