"""Reads for the pages of carriers and carrier products."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import reach_of
from agencyhub.lib.db import CappedCount, NameKey
from agencyhub.lib.keyset import Key
from policies.models import Carrier, CarrierAlias, CarrierProduct, CarrierProductAlias, Policy

BY_NAME = (Key("name_key"), Key("pk"))
# Counting stops here: a list must not read a million policies to print how many there are.
COUNT_LIMIT = 100
STATES = {
    "": Q(is_active=True),
    "review": Q(needs_review=True),
    "inactive": Q(is_active=False),
    "all": Q(),
}


def carriers_for_list(*, user: User, state: str = "", name: str = "") -> QuerySet[Carrier]:
    """Carriers in one state and with a name or alias that contains ``name``.

    ``product_count`` and ``policy_count`` count what the lists behind them show to ``user``; see
    ``_policy_count`` for who is told how many policies.
    """
    carriers = Carrier.objects.filter(STATES[state])
    if name:
        aliases = CarrierAlias.objects.filter(carrier=OuterRef("pk"), **_contains(name))
        carriers = carriers.filter(Q(**_contains(name)) | Exists(aliases))
    return carriers.annotate(
        product_count=_product_count(), policy_count=_policy_count(user, "carrier")
    )


def carriers_for_page(user: User) -> QuerySet[Carrier]:
    """Carriers with the counts that the page of one shows to everybody."""
    policies = Policy.objects.visible_to(user).filter(carrier=OuterRef("pk"))
    return Carrier.objects.annotate(
        product_count=_product_count(), policy_count=CappedCount(policies, limit=COUNT_LIMIT)
    )


def products_for_list(
    *,
    user: User,
    carrier: int | None = None,
    coverage_type: int | None = None,
    state: str = "",
    name: str = "",
) -> QuerySet[CarrierProduct]:
    """Carrier products that fit every filter, with ``policy_count`` as ``_policy_count`` says."""
    products = CarrierProduct.objects.filter(STATES[state])
    if carrier:
        products = products.filter(carrier=carrier)
    if coverage_type:
        products = products.filter(coverage_type=coverage_type)
    if name:
        aliases = CarrierProductAlias.objects.filter(product=OuterRef("pk"), **_contains(name))
        products = products.filter(Q(**_contains(name)) | Exists(aliases))
    counted = products.annotate(policy_count=_policy_count(user, "product"))
    return counted.select_related("carrier", "coverage_type")


def products_for_page(user: User) -> QuerySet[CarrierProduct]:
    """Carrier products with the count that the page of one shows to everybody."""
    policies = Policy.objects.visible_to(user).filter(product=OuterRef("pk"))
    counted = CarrierProduct.objects.annotate(policy_count=CappedCount(policies, limit=COUNT_LIMIT))
    return counted.select_related("carrier", "coverage_type")


def to_review(model: type[Carrier] | type[CarrierProduct]) -> int:
    """How many of them a sync made and nobody has confirmed yet."""
    return model._default_manager.filter(needs_review=True).count()


def carrier_choices() -> list[tuple[int, str]]:
    """Every carrier for a filter: key and name."""
    return list(Carrier.objects.order_by("name_key", "pk").values_list("pk", "name"))


def in_words(count: int) -> str:
    """Write a capped count: "100+" when counting stopped."""
    return f"{COUNT_LIMIT:,}+" if count > COUNT_LIMIT else f"{count:,}"


def _product_count() -> CappedCount:
    return CappedCount(CarrierProduct.objects.filter(carrier=OuterRef("pk")), limit=COUNT_LIMIT)


def _policy_count(user: User, column: str) -> CappedCount | Value:
    """How many policies each row of a list has, for those who see all of them; else None.

    To find a hundred of their own, somebody who sees few policies would read many for every row.
    """
    if not reach_of(user).sees_all:
        return Value(None, output_field=models.IntegerField())
    return CappedCount(Policy.objects.filter(**{column: OuterRef("pk")}), limit=COUNT_LIMIT)


def _contains(name: str) -> dict[str, object]:
    return {"name_key__contains": NameKey(Value(name))}
