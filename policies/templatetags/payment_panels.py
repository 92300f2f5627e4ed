"""Tags that show payments, risks and Premier Partners wherever a policy or a carrier is named."""

from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from agencyhub.accounts.models import User
from individuals.models import Individual
from policies.models import Carrier, Policy
from policies.selectors import payments, premier
from policies.selectors import risks as of_risks

register = template.Library()

VIEW_PAYMENT, CHANGE_PAYMENT = "policies.view_payment", "policies.change_payment"


@lru_cache(maxsize=8)
def _shield(_language: str) -> SafeString:
    return SafeString(render_to_string("components/premier_shield.html").strip())


@register.simple_tag
def shield() -> SafeString:
    """The shield of a Premier Partner; drawn once per language."""
    return _shield(get_language() or "")


def with_shield(name: str) -> SafeString:
    """A carrier's name and the shield, which never stands alone on a line."""
    words, space, last = name.rpartition(" ")
    return format_html('{}{}<span class="text-nowrap">{}{}</span>', words, space, last, shield())


@register.simple_tag
def carrier_name(carrier: Carrier, is_premier: bool) -> SafeString:
    """Draw a carrier's name, and the shield of a Premier Partner behind it."""
    return with_shield(carrier.name) if is_premier else format_html("{}", carrier.name)


@register.simple_tag
def premier_shield(carrier: Carrier | None) -> SafeString:
    """Draw the shield if ``carrier`` is a Premier Partner today; for pages of one carrier."""
    if carrier is None:
        return SafeString("")
    partners = premier.premier_carrier_ids(on=timezone.localdate())
    return shield() if carrier.pk in partners else SafeString("")


@register.simple_tag
def premier_carriers() -> frozenset[int]:
    """The carriers that are Premier Partners today, for pages that name many: one query."""
    return premier.premier_carrier_ids(on=timezone.localdate())


@register.inclusion_tag("policies/_payments_of.html", takes_context=True)
def payments_of(context: Context, individual: Individual) -> dict[str, Any]:
    """Draw what an individual has at risk, and a payment card for each policy."""
    user: User = context["request"].user
    at = timezone.now()
    shared = _shared(context)
    may_see = user.has_perm(VIEW_PAYMENT)
    cards = payments.cards_of(individual, user=user, at=at) if may_see else []
    risks: list[of_risks.Item] = []
    if user.has_perm("policies.view_risk"):
        found = of_risks.of_individual(individual, user=user)
        risks = of_risks.items(found, user=user, at=at)
    return {**shared, "cards": cards, "risks": risks, "back": "client"}


@register.inclusion_tag("policies/_payments_of_policy.html", takes_context=True)
def payments_of_policy(context: Context, policy: Policy) -> dict[str, Any]:
    """Draw the payment card of one policy, and all that was said about its payments."""
    user: User = context["request"].user
    if not user.has_perm(VIEW_PAYMENT):
        return {"card": None, "facts": []}
    card = payments.card_of(policy, at=timezone.now())
    return {**_shared(context), "card": card, "facts": payments.facts_of(policy)}


def _shared(context: Context) -> dict[str, Any]:
    """What the forms in a card need of the page."""
    return {name: context.get(name) for name in ("perms", "csrf_token", "request")}
