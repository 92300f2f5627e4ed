"""Carrier products: found by any of their names, created, confirmed."""

from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext, gettext_noop

from agencyhub.lib.db import NameKey, one_or_none
from agencyhub.records.models import Option
from policies.models import Carrier, CarrierProduct, CarrierProductAlias
from policies.numbers import read_plan_id
from policies.services.names import NameTakenError, hold_name, read_name

BY_NAME = gettext_noop("Carrier product matched by name")
BY_ALIAS = gettext_noop("Carrier product matched by alias")
CREATED = gettext_noop("Carrier product created with the partner's name")
NOT_FOUND = gettext_noop("No carrier product of this carrier has the partner's name")


@dataclass(frozen=True)
class ResolvedProduct:
    """The carrier product that a partner means, if any. ``how`` is a reason for the timeline."""

    product: CarrierProduct | None
    created: bool
    how: str


def find_product(*, carrier: Carrier, name: str) -> tuple[CarrierProduct | None, str]:
    """Find the carrier's product that goes by ``name``, and say how: its own name wins.

    Case, accents, spaces and punctuation do not matter. Nothing found: None and a blank.
    """
    key = NameKey(models.Value(name))
    product = one_or_none(CarrierProduct.objects.filter(carrier=carrier, name_key=key))
    if product is not None:
        return product, BY_NAME
    aliases = CarrierProductAlias.objects.filter(carrier=carrier, name_key=key)
    alias = one_or_none(aliases.select_related("product"))
    return (alias.product, BY_ALIAS) if alias else (None, "")


def resolve_product(
    *,
    carrier: Carrier,
    name: str,
    plan_id: str,
    plan_year: int | None,
    coverage_type: Option | None,
    partner: str,
    create: bool,
) -> ResolvedProduct:
    """Find the product that a partner names, or (with ``create``) create it with that name.

    A product that exists is used as it is: its plan ID, year and coverage type stay what the
    agency made them. Any number of deliveries at the same time create one. Call it inside a
    history batch.

    Raises:
        UnusableNameError: blank, or too long to store.
    """
    name = read_name(name, what="carrier product")
    product, how = find_product(carrier=carrier, name=name)
    if product is None and create:
        hold_name(name, among=names_of(carrier))
        product, how = find_product(carrier=carrier, name=name)
    if product is not None:
        return ResolvedProduct(product, created=False, how=how)
    if not create:
        return ResolvedProduct(None, created=False, how=NOT_FOUND)
    try:
        with transaction.atomic():
            product = CarrierProduct.objects.create(
                carrier=carrier,
                name=name,
                plan_id=read_plan_id(plan_id),
                plan_year=plan_year,
                coverage_type=coverage_type,
                created_by_partner=partner,
                needs_review=True,
            )
    except IntegrityError:
        # Somebody who does not hold names (the admin, an import) was quicker.
        product = CarrierProduct.objects.get(carrier=carrier, name_key=NameKey(models.Value(name)))
        return ResolvedProduct(product, created=False, how=BY_NAME)
    return ResolvedProduct(product, created=True, how=CREATED)


@transaction.atomic
def save_product(*, product: CarrierProduct, keep_old_name: bool) -> CarrierProduct:
    """Store a new or an edited carrier product. No other one of its carrier may go by its name.

    With ``keep_old_name`` a former name becomes an alias, for partners that still send it.

    Raises:
        UnusableNameError: see ``read_name``.
        NameTakenError: another product of the carrier goes by the name.
    """
    carrier = product.carrier
    product.name = read_name(product.name, what="carrier product")
    product.plan_id = read_plan_id(product.plan_id)
    hold_name(product.name, among=names_of(carrier))
    other, _ = find_product(carrier=carrier, name=product.name)
    if other is not None and other.pk != product.pk:
        raise _taken(product.name, other)
    former = CarrierProduct.objects.filter(pk=product.pk).values_list("name", flat=True).first()
    product.save()
    product.aliases.filter(name_key=NameKey(models.Value(product.name))).delete()
    if keep_old_name and former and find_product(carrier=carrier, name=former)[0] is None:
        CarrierProductAlias.objects.create(carrier=carrier, product=product, name=former)
    return product


@transaction.atomic
def add_product_alias(*, product: CarrierProduct, name: str) -> CarrierProductAlias:
    """Let ``product`` also go by ``name``.

    Raises:
        UnusableNameError: see ``read_name``.
        NameTakenError: a product of the carrier (this one, too) goes by the name already.
    """
    carrier = product.carrier
    name = read_name(name, what="carrier product")
    hold_name(name, among=names_of(carrier))
    other, _ = find_product(carrier=carrier, name=name)
    if other is not None and other.pk == product.pk:
        msg = gettext("%(name)s goes by “%(name2)s” already.") % {
            "name": product.name,
            "name2": name,
        }
        raise NameTakenError(msg, field="name")
    if other is not None:
        raise _taken(name, other)
    return CarrierProductAlias.objects.create(carrier=carrier, product=product, name=name)


def names_of(carrier: Carrier) -> str:
    """Say among which names a product's name must be the only one."""
    return f"products of carrier {carrier.pk}"


def _taken(name: str, other: CarrierProduct) -> NameTakenError:
    msg = gettext("The carrier product %(name)s goes by “%(name2)s”. Choose another name.") % {
        "name": other.name,
        "name2": name,
    }
    return NameTakenError(msg, field="name")
