"""One carrier instead of two: what a sync or a typing error made twice becomes one."""

from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext, gettext_noop, ngettext

from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from policies.models import Carrier, CarrierAlias, CarrierProduct, CarrierProductAlias, Policy
from policies.services.carriers import NAMES, find_carrier
from policies.services.names import hold_name

KEPT_FIELDS = ("abbreviation", "phone", "website")


class CarrierMergeError(DomainError):
    """The two carriers cannot become one as they are."""

    code = "carriers_cannot_be_merged"


@dataclass(frozen=True)
class CarrierMerge:
    """What a merge moved: counts, and the products that existed on both sides."""

    carrier: Carrier
    policies: int
    products: int
    joined_products: int


@transaction.atomic
def merge_carrier(*, carrier_id: int, into_id: int, batch: Batch) -> CarrierMerge:
    """Move everything of one carrier to another, remove it, and keep its name as an alias.

    Products that both sell under one name become one. What the remaining carrier lacks
    (abbreviation, phone, website) is filled in. Undo the batch to get both carriers back.

    Raises:
        CarrierMergeError: the same carrier twice, a policy number that both have, or a record
            elsewhere that keeps the carrier.
    """
    carriers = Carrier.objects.select_for_update().filter(pk__in=(carrier_id, into_id))
    by_id = {carrier.pk: carrier for carrier in carriers.order_by("pk")}
    carrier, into = by_id[carrier_id], by_id[into_id]
    _check(carrier, into)
    joined = _join_products(carrier, into)
    products = CarrierProduct.objects.filter(carrier=carrier).update(carrier=into)
    policies = Policy.objects.filter(carrier=carrier).update(carrier=into)
    _keep_names(carrier, into)
    merge = CarrierMerge(into, policies=policies, products=products, joined_products=joined)
    history.write(
        history.entry(
            batch=batch,
            record=into,
            text=gettext_noop("Carrier %(name)s merged into this one") % {"name": carrier.name},
            reasons=_reasons(merge),
        )
    )
    return merge


def shared_policy_numbers(*, carrier: Carrier, into: Carrier) -> list[str]:
    """Policy numbers that both carriers have: these stand in the way of a merge."""
    theirs = Policy.objects.filter(carrier=into).exclude(policy_number="")
    ours = Policy.objects.filter(carrier=carrier, policy_number__in=theirs.values("policy_number"))
    return list(ours.order_by("policy_number").values_list("policy_number", flat=True))


def twin_products(*, carrier: Carrier, into: Carrier) -> dict[int, int]:
    """Products of ``carrier`` whose name a product of ``into`` has too: key to key."""
    twins = CarrierProduct.objects.filter(carrier=into, name_key=models.OuterRef("name_key"))
    products = CarrierProduct.objects.filter(carrier=carrier).order_by("pk")
    found = products.annotate(twin=models.Subquery(twins.values("pk")[:1]))
    return dict(found.filter(twin__isnull=False).values_list("pk", "twin"))


def _check(carrier: Carrier, into: Carrier) -> None:
    if carrier.pk == into.pk:
        msg = gettext("Choose another carrier: this one cannot be merged into itself.")
        raise CarrierMergeError(msg, field="into")
    numbers = shared_policy_numbers(carrier=carrier, into=into)
    if numbers:
        msg = ngettext(
            "Both carriers have a policy numbered %(number)s. Correct or remove one of them first.",
            "Both carriers have %(count)s policies of the same numbers, such as %(number)s. "
            "Correct or remove one of each pair first.",
            len(numbers),
        ) % {"number": numbers[0], "count": len(numbers)}
        raise CarrierMergeError(msg, field="into")


def _join_products(carrier: Carrier, into: Carrier) -> int:
    twins = twin_products(carrier=carrier, into=into)
    for product, twin in twins.items():
        Policy.objects.filter(product=product).update(product_id=twin)
        _move_aliases(CarrierProductAlias.objects.filter(product=product), into, twin)
    CarrierProduct.objects.filter(pk__in=twins).delete()
    _move_aliases(CarrierProductAlias.objects.filter(carrier=carrier), into, F("product_id"))
    return len(twins)


def _move_aliases(
    aliases: models.QuerySet[CarrierProductAlias], into: Carrier, product_id: int | F
) -> None:
    """Move other names of products; one that the remaining carrier uses already is dropped."""
    used = CarrierProductAlias.objects.filter(carrier=into).values("name_key")
    aliases.filter(name_key__in=used).delete()
    aliases.update(carrier=into, product_id=product_id)


def _keep_names(carrier: Carrier, into: Carrier) -> None:
    hold_name(carrier.name, among=NAMES)
    CarrierAlias.objects.filter(carrier=carrier).update(carrier=into)
    try:
        Carrier.objects.filter(pk=carrier.pk).delete()
    except models.ProtectedError as error:
        msg = gettext("%(name)s is still used elsewhere and cannot be merged yet.") % {
            "name": carrier.name
        }
        raise CarrierMergeError(msg, field="into") from error
    if find_carrier(carrier.name)[0] is None:
        CarrierAlias.objects.create(carrier=into, name=carrier.name)
    lacking = [name for name in KEPT_FIELDS if getattr(carrier, name) and not getattr(into, name)]
    for name in lacking:
        setattr(into, name, getattr(carrier, name))
    if lacking:
        into.save(update_fields=lacking)


def _reasons(merge: CarrierMerge) -> list[str]:
    reasons = [
        gettext_noop("Policies moved: %(policies)s") % {"policies": f"{merge.policies:,}"},
        gettext_noop("Carrier products moved: %(products)s") % {"products": f"{merge.products:,}"},
    ]
    if merge.joined_products:
        reasons.append(
            gettext_noop("Carrier products of the same name joined: %(joined_products)s")
            % {"joined_products": f"{merge.joined_products:,}"}
        )
    return [*reasons, gettext_noop("The former name stays known as an alias")]
