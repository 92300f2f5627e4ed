"""A tag that shows what is expected for the months of a policy on its page."""

from typing import Any

from django import template
from django.template import Context

from agencyhub.accounts.models import User
from commissions.lists import disputes
from commissions.lists.expected import chip
from commissions.paywords import month_words
from commissions.selectors import expected as selectors
from policies.models import Policy

register = template.Library()


@register.inclusion_tag("commissions/_expected_of_policy.html", takes_context=True)
def expected_of_policy(context: Context, policy: Policy) -> dict[str, Any]:
    """Draw the newest months of a policy's expected pay.

    Needs the request in the context. Without the right to see expected pay it draws nothing.
    """
    user: User = context["request"].user
    rows = selectors.months_of(policy.pk, user=user) if user.has_perm(selectors.VIEW) else []
    months = [
        {"row": row, "months": month_words(row.month, row.through), "state": chip(row.state)}
        for row in rows
    ]
    return {"months": months, "policy_id": policy.pk}


register.simple_tag(chip, name="pay_chip")
register.simple_tag(disputes.chip, name="dispute_chip")
