"""Tags that show payments, risks and Premier Partners wherever a policy or a carrier is named."""

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from agencyhub.accounts.models import User
from individuals.models import Individual
from policies import calls, panels, risk_rows, shields
from policies.models import Carrier, Policy
from policies.selectors import payments
from policies.selectors import risks as of_risks

register = template.Library()

VIEW_PAYMENT, CHANGE_PAYMENT = "policies.view_payment", "policies.change_payment"


register.simple_tag(shields.shield)
register.simple_tag(shields.carrier_name)


@register.simple_tag(takes_context=True)
def premier_shield(context: Context, carrier: Carrier | None) -> SafeString:
    """Draw the shield if ``carrier`` is a Premier Partner today; for pages of one carrier."""
    if carrier is None or carrier.pk not in panels.partners(context["request"]):
        return SafeString("")
    return shields.shield()


@register.inclusion_tag("policies/_payments_of.html", takes_context=True)
def payments_of(context: Context, individual: Individual) -> dict[str, Any]:
    """Draw what an individual has at risk, and a payment card for each policy."""
    user: User = context["request"].user
    at = timezone.now()
    shared = _shared(context)
    may_see, may_see_risks = user.has_perm(VIEW_PAYMENT), user.has_perm("policies.view_risk")
    if not may_see and not may_see_risks:
        return {"cards": [], "risks": []}
    policies = panels.policies_of(context["request"], individual)
    cards: list[payments.PaymentCard] = []
    risks: list[of_risks.Item] = []
    partners = panels.partners(context["request"]) if policies else frozenset()
    if may_see:
        cards = payments.cards_of(policies, partners=partners, at=at)
    if may_see_risks:
        found = of_risks.of_policies(policies)
        risks = of_risks.items(found, user=user, at=at, partners=partners)
    rows = risk_rows.draw(risks, request=context["request"], back=risk_rows.CLIENT)
    return {**shared, "cards": cards, "risks": risks, "rows": rows, "back": risk_rows.CLIENT}


@register.inclusion_tag("policies/_payments_of_policy.html", takes_context=True)
def payments_of_policy(context: Context, policy: Policy) -> dict[str, Any]:
    """Draw the payment card of one policy, and all that was said about its payments."""
    user: User = context["request"].user
    if not user.has_perm(VIEW_PAYMENT):
        return {"card": None, "facts": []}
    partners = panels.partners(context["request"])
    card = payments.card_of(policy, partners=partners, at=timezone.now())
    facts = payments.facts_of(policy)
    return {**_shared(context), "card": card, "facts": facts, **_called(user, policy)}


def _called(user: User, policy: Policy) -> dict[str, Any]:
    """The calls that were logged while the policy is at risk, in words."""
    if not user.has_perm("policies.view_risk"):
        return {}
    today = timezone.localdate()
    for risk in of_risks.of_policies([policy]):
        words, is_due = calls.in_words(risk, today=today), calls.is_due(risk, today=today)
        return {"called": words, "is_call_due": is_due}
    return {}


def _shared(context: Context) -> dict[str, Any]:
    """What the forms in a card need of the page."""
    return {name: context.get(name) for name in ("perms", "csrf_token", "request")}
