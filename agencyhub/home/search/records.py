"""Records that the search finds besides people: policies, carriers, carrier products, agents."""

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from agencyhub.accounts.models import Agent, User
from agencyhub.home.search.results import Group, Result, in_words
from agencyhub.lib.db import NameKey
from agencyhub.lib.text import name_key
from individuals.searching import SURE_LETTERS
from individuals.selectors_search.names import SWAP, slips
from integrations.plancompare.confirmations import confirmation_numbers
from policies.models import Carrier, CarrierAlias, CarrierProduct, CarrierProductAlias, Policy
from policies.numbers import number_key
from policies.selectors.numbers import NumberedPolicy, policies_by_number, with_names

MIN_LETTERS = 2
MIN_NUMBER = 3
NPN_DIGITS = 10
# A carrier's name resembles what was typed: few letters are wrong.
ALIKE = 0.45


def policies(user: User, *, text: str, limit: int) -> Group:
    """Policies by their own number, or by the confirmation number of an enrollment."""
    label = _("Policies")
    key = number_key(text)
    if len(key) < MIN_NUMBER or "@" in text or not any(sign.isdigit() for sign in key):
        return Group(label)
    found = {
        policy.pk: _policy(policy, _("Policy number"), policy.number, text)
        for policy in with_names(policies_by_number(user=user, text=text)[: limit + 1])
    }
    confirmed = confirmation_numbers(text, limit=limit + 1)
    rows = Policy.objects.visible_to(user).filter(pk__in=confirmed).order_by("-pk")
    for policy in with_names(rows) if confirmed else ():
        result = _policy(policy, _("Confirmation number"), confirmed[policy.pk], text)
        found.setdefault(policy.pk, result)
    return Group(label, list(found.values())[:limit], has_more=len(found) > limit)


def _policy(policy: NumberedPolicy, label: str, number: str, text: str) -> Result:
    return Result(
        f"{policy.last_name}, {policy.first_name}",
        reverse("policies:policy_detail", args=[policy.pk]),
        "shield-check",
        text=f"{policy.carrier} · {policy.status}",
        hit=in_words(number, text.strip(), label=label),
    )


def carriers(*, text: str, limit: int) -> Group:
    """Carriers by name or alias, misspelled ones too."""
    key = name_key(text)
    if len(key) < MIN_LETTERS:
        return Group(_("Carriers"))
    aliases = CarrierAlias.objects.filter(carrier=OuterRef("pk"), name_key__contains=key)
    rows = Carrier.objects.annotate(alike=TrigramSimilarity("name_key", key), by=_alias(aliases))
    fitting = Q(name_key__contains=key) | Q(alike__gte=ALIKE) | Q(Exists(aliases))
    if len(key) >= SURE_LETTERS:
        rows = rows.alias(slips=slips("name_key", key))
        fitting |= Q(slips__lte=SWAP)
    found = list(rows.filter(fitting).order_by("-alike", "name_key", "pk")[: limit + 1])
    results = [
        Result(
            carrier.name,
            reverse("policies:carrier_detail", args=[carrier.pk]),
            "building-bank",
            hit=in_words(carrier.by, text, label=_("Alias"))
            if carrier.by and key not in carrier.name_key
            else None,
        )
        for carrier in found[:limit]
    ]
    return Group(_("Carriers"), results, has_more=len(found) > limit)


def products(*, text: str, limit: int) -> Group:
    """Carrier products by plan ID, name or alias."""
    key = name_key(text)
    if len(key) < MIN_NUMBER:
        return Group(_("Carrier products"))
    aliases = CarrierProductAlias.objects.filter(product=OuterRef("pk"), name_key__contains=key)
    rows = CarrierProduct.objects.select_related("carrier").annotate(
        plan_key=NameKey("plan_id"), by=_alias(aliases)
    )
    fitting = Q(plan_key__startswith=key) | Q(name_key__contains=key) | Exists(aliases)
    found = list(rows.filter(fitting).order_by("-is_active", "name_key", "pk")[: limit + 1])
    results = [
        Result(
            product.name,
            reverse("policies:carrierproduct_detail", args=[product.pk]),
            "package",
            text=product.carrier.name,
            hit=in_words(product.plan_id, text, label=_("Plan ID"))
            if product.plan_key.startswith(key)
            else in_words(product.by, text, label=_("Alias"))
            if key not in product.name_key
            else None,
        )
        for product in found[:limit]
    ]
    return Group(_("Carrier products"), results, has_more=len(found) > limit)


def agents(*, text: str, limit: int) -> Group:
    """Agents by name, in either order, or by the start of their NPN."""
    words = [key for key in map(name_key, text.replace(",", " ").split()) if key]
    digits = text.strip()
    is_npn = digits.isascii() and digits.isdigit() and MIN_NUMBER <= len(digits) <= NPN_DIGITS
    if not is_npn and (not words or len("".join(words)) < MIN_LETTERS):
        return Group(_("Agents"))
    rows = Agent.objects.alias(
        name=Concat(NameKey("first_name"), Value(" "), NameKey("last_name"), Value(" "))
    )
    named = Q()
    for word in words:
        named &= Q(name__startswith=word) | Q(name__contains=f" {word}")
    fitting = rows.filter(Q(npn__startswith=digits) if is_npn else named)
    found = list(fitting.order_by("-is_active", "last_name", "first_name", "pk")[: limit + 1])
    results = [
        Result(
            agent.full_name,
            reverse("accounts:agent_detail", args=[agent.pk]),
            "id",
            text="" if is_npn or not agent.npn else f"NPN {agent.npn}",
            hit=in_words(agent.npn, digits, label="NPN") if is_npn else None,
        )
        for agent in found[:limit]
    ]
    return Group(_("Agents"), results, has_more=len(found) > limit)


def _alias(aliases: QuerySet[CarrierAlias] | QuerySet[CarrierProductAlias]) -> object:
    """The first alias that fits, to show which one it was."""
    return aliases.order_by("name_key").values("name")[:1]
