"""Reads for the pages of carriers and carrier products."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Value

from agencyhub.accounts.models import User
from agencyhub.lib.db import NameKey
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


class CappedCount(Func):
    """How many rows a subquery has, but one more than ``COUNT_LIMIT`` at the most."""

    function = "cardinality"

    def __init__(self, rows: QuerySet[Any]) -> None:
        keys = rows.order_by().values("pk")[: COUNT_LIMIT + 1]
        super().__init__(ArraySubquery(keys), output_field=models.IntegerField())


def carriers_for_list(*, user: User, state: str = "", name: str = "") -> QuerySet[Carrier]:
    """Carriers in one state and with a name or alias that contains ``name``.

    ``product_count`` and ``policy_count`` count what the lists behind them show to ``user``.
    """
    carriers = Carrier.objects.filter(STATES[state])
    if name:
        aliases = CarrierAlias.objects.filter(carrier=OuterRef("pk"), **_contains(name))
        carriers = carriers.filter(Q(**_contains(name)) | Exists(aliases))
    return carriers.annotate(
        product_count=CappedCount(CarrierProduct.objects.filter(carrier=OuterRef("pk"))),
        policy_count=CappedCount(_visible(user).filter(carrier=OuterRef("pk"))),
    )


def products_for_list(
    *,
    user: User,
    carrier: int | None = None,
    coverage_type: int | None = None,
    state: str = "",
    name: str = "",
) -> QuerySet[CarrierProduct]:
    """Carrier products that fit every filter, with the ``policy_count`` that ``user`` may see."""
    products = CarrierProduct.objects.filter(STATES[state])
    if carrier:
        products = products.filter(carrier=carrier)
    if coverage_type:
        products = products.filter(coverage_type=coverage_type)
    if name:
        aliases = CarrierProductAlias.objects.filter(product=OuterRef("pk"), **_contains(name))
        products = products.filter(Q(**_contains(name)) | Exists(aliases))
    counted = products.annotate(
        policy_count=CappedCount(_visible(user).filter(product=OuterRef("pk")))
    )
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


def _visible(user: User) -> QuerySet[Policy]:
    return Policy.objects.visible_to(user)


def _contains(name: str) -> dict[str, object]:
    return {"name_key__contains": NameKey(Value(name))}
