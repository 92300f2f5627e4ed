"""Tags that show policies on this app's pages and on the Individual's page."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from agencyhub.accounts.models import ApiKey
from agencyhub.lib.templatetags import ui
from individuals.models import Individual
from policies import panels
from policies.models import Carrier, CarrierProduct
from policies.selectors import carriers

register = template.Library()

PARTNERS = dict(ApiKey.Scope.choices)
# Meaning of a policy status: tone and icon. The words are the agency's own.
LOOKS = {
    "pending": ("info", "clock"),
    "effectuated": ("success", "circle-check"),
    "cancelled": ("neutral", "circle-x"),
    "terminated": ("neutral", "shield-off"),
    "lapsed": ("danger", "alert-triangle"),
}


@register.simple_tag
def policy_status(label: str, meaning: str) -> SafeString:
    """Draw the chip of a policy status: the agency's word, the look of its meaning."""
    return ui.badge(label, *LOOKS.get(meaning, ("neutral", "tag")))


@register.simple_tag
def named_state(row: Carrier | CarrierProduct) -> SafeString:
    """Draw the chips of a carrier or a carrier product."""
    chips = []
    if row.needs_review:
        chips.append(ui.badge(gettext("Needs review"), "warning"))
    if not row.is_active:
        chips.append(ui.badge(gettext("Inactive"), "neutral"))
    return SafeString(" ".join(chips)) if chips else ui.badge(gettext("Active"), "success")


@register.filter
def partner_name(slug: str) -> str:
    """Write a partner's name as people know it."""
    return str(PARTNERS.get(slug, slug))


@register.filter
def capped(count: int | None) -> str:
    """Write a count that stops at 100 as "100+"; one that was not made as an invitation."""
    return gettext("Show") if count is None else carriers.in_words(count)


@register.inclusion_tag("policies/_policies_of.html", takes_context=True)
def policies_of(context: Context, individual: Individual) -> dict[str, Any]:
    """Draw the card with an individual's policies that the user may see.

    Needs the request in the context. Without the right to see policies it draws nothing.
    """
    request = context["request"]
    may_see = request.user.has_perm("policies.view_policy")
    policies = panels.policies_of(request, individual) if may_see else []
    return {
        "individual": individual,
        "may_see": may_see,
        "may_add": request.user.has_perm("policies.add_policy"),
        "policies": policies,
        "partners": panels.partners(request) if policies else (),
    }
