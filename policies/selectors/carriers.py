"""Reads for the pages of carriers and carrier products."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import gathered, reach_of
from agencyhub.lib.db import CappedCount, NameKey
from agencyhub.lib.keyset import Key
from agencyhub.records.lists.kept import until_changed
from policies.models import Carrier, CarrierAlias, CarrierProduct, CarrierProductAlias, Policy

BY_NAME = (Key("name_key"), Key("pk"))
# Counting stops here: a list must not read a million policies to print how many there are.
COUNT_LIMIT = 100


def carrier_named(text: str) -> Q:
    """Carriers with a name or alias that contains ``text``."""
    aliases = CarrierAlias.objects.filter(carrier=OuterRef("pk"), **_contains(text))
    return Q(**_contains(text)) | Q(Exists(aliases))


def product_named(text: str) -> Q:
    """Carrier products with a name or alias that contains ``text``."""
    aliases = CarrierProductAlias.objects.filter(product=OuterRef("pk"), **_contains(text))
    return Q(**_contains(text)) | Q(Exists(aliases))


def carriers_for_page() -> QuerySet[Carrier]:
    """Carriers with how many products they have; ``policies_seen`` counts their policies."""
    return Carrier.objects.annotate(product_count=product_count())


def products_of(user: User, *, carrier_id: int) -> QuerySet[CarrierProduct]:
    """Every product of a carrier by name, with ``policy_count`` as the function of that name."""
    products = CarrierProduct.objects.filter(carrier=carrier_id)
    counted = products.annotate(policy_count=policy_count(user, "product"))
    return counted.select_related("carrier", "coverage_type").order_by("name_key", "pk")


def products_for_page() -> QuerySet[CarrierProduct]:
    """Carrier products with what the page of one shows; ``policies_seen`` counts their policies."""
    return CarrierProduct.objects.select_related("carrier", "coverage_type")


def policies_seen(user: User, **of: int) -> int:
    """How many policies of one carrier or product ``user`` sees, capped: ``carrier=7``."""
    seen = gathered(Policy, user=user).filter(**of).order_by()
    return len(seen.values_list("pk")[: COUNT_LIMIT + 1])


def to_review(model: type[Carrier] | type[CarrierProduct]) -> int:
    """How many of them a sync made and nobody has confirmed yet."""
    return model._default_manager.filter(needs_review=True).count()


@until_changed(Carrier)
def carrier_choices() -> list[tuple[int, str]]:
    """Every carrier for a filter: key and name."""
    return list(Carrier.objects.order_by("name_key", "pk").values_list("pk", "name"))


def state_in_words(row: Any) -> str:
    """Whether a carrier or product is active, and whether somebody should look at it."""
    words = [gettext("Active") if row.is_active else gettext("Inactive")]
    return ", ".join([*words, *([gettext("Needs review")] if row.needs_review else [])])


def in_words(count: int) -> str:
    """Write a capped count: "100+" when counting stopped."""
    return f"{COUNT_LIMIT:,}+" if count > COUNT_LIMIT else f"{count:,}"


def product_count() -> CappedCount:
    """How many products each carrier of a list has."""
    return CappedCount(CarrierProduct.objects.filter(carrier=OuterRef("pk")), limit=COUNT_LIMIT)


def policy_count(user: User, column: str) -> CappedCount | Value:
    """How many policies each row of a list has, for those who see all of them; else None.

    To find a hundred of their own, somebody who sees few policies would read many for every row.
    """
    if not reach_of(user).sees_all:
        return Value(None, output_field=models.IntegerField())
    return CappedCount(Policy.objects.filter(**{column: OuterRef("pk")}), limit=COUNT_LIMIT)


def _contains(name: str) -> dict[str, object]:
    return {"name_key__contains": NameKey(Value(name))}
