"""Carriers and carrier products as kinds of values that come from outside."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from django.db.models import Model, ProtectedError, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.db import NameKey
from agencyhub.lib.errors import DomainError
from agencyhub.records import kinds
from agencyhub.records.kinds import Choice
from policies.models import Carrier, CarrierAlias, CarrierProduct, CarrierProductAlias
from policies.services import carriers, products

Row = TypeVar("Row", bound=Model)


class StillUsedError(DomainError):
    """What was added has records by now."""

    code = "still_used"


class GoneError(DomainError):
    """What a value was to mean is not there any more."""

    code = "gone"


class CarrierKind:
    """Carriers, by any of their names."""

    slug = "carrier"
    noun = _("Carrier")
    plural = "carriers"
    add_permission = "policies.add_carrier"
    add_url = ""
    meanings: Sequence[tuple[str, str]] = ()

    def find(self, keys: Mapping[str, str], *, within_id: int) -> dict[str, int]:
        aliases = CarrierAlias.objects.filter(name_key__in=list(keys))
        named = Carrier.objects.filter(name_key__in=list(keys))
        return {
            **dict(aliases.values_list("name_key", "carrier_id")),
            **dict(named.values_list("name_key", "pk")),
        }

    def choices(self, *, within_id: int) -> Sequence[Choice]:
        rows = Carrier.objects.filter(is_active=True).order_by("name_key", "pk")
        return [Choice(*row) for row in rows.values_list("pk", "name")]

    def name_of(self, within_id: int) -> str:
        return ""

    def label_of(self, target_ids: Collection[int]) -> dict[int, str]:
        return dict(Carrier.objects.filter(pk__in=target_ids).values_list("pk", "name"))

    def remember(self, *, text: str, target_id: int, within_id: int) -> None:
        carriers.add_carrier_alias(carrier=_get(Carrier, target_id), name=text)

    def forget(self, *, text: str, target_id: int, within_id: int) -> None:
        aliases = CarrierAlias.objects.filter(carrier=target_id)
        aliases.filter(name_key=NameKey(Value(text))).delete()

    def add(self, *, text: str, within_id: int, meaning: str) -> int:
        return carriers.save_carrier(carrier=Carrier(name=text), keep_old_name=False).pk

    def remove(self, *, target_id: int) -> None:
        _delete(Carrier, target_id)


class CarrierProductKind:
    """The products of one carrier, by any of their names; ``within_id`` is the carrier."""

    slug = "carrier_product"
    noun = _("Carrier product")
    plural = _("carrier products")
    add_permission = "policies.add_carrierproduct"
    add_url = ""
    meanings: Sequence[tuple[str, str]] = ()

    def find(self, keys: Mapping[str, str], *, within_id: int) -> dict[str, int]:
        asked = {"carrier": within_id, "name_key__in": list(keys)}
        aliases = CarrierProductAlias.objects.filter(**asked)
        named = CarrierProduct.objects.filter(**asked)
        return {
            **dict(aliases.values_list("name_key", "product_id")),
            **dict(named.values_list("name_key", "pk")),
        }

    def choices(self, *, within_id: int) -> Sequence[Choice]:
        rows = CarrierProduct.objects.filter(carrier=within_id, is_active=True)
        return [Choice(*row) for row in rows.order_by("name_key", "pk").values_list("pk", "name")]

    def name_of(self, within_id: int) -> str:
        return Carrier.objects.filter(pk=within_id).values_list("name", flat=True).first() or ""

    def label_of(self, target_ids: Collection[int]) -> dict[int, str]:
        return dict(CarrierProduct.objects.filter(pk__in=target_ids).values_list("pk", "name"))

    def remember(self, *, text: str, target_id: int, within_id: int) -> None:
        product = _get(CarrierProduct, target_id)
        if product.carrier_id != within_id:
            msg = gettext("%(name)s is a product of another carrier. Choose another.") % {
                "name": product.name
            }
            raise GoneError(msg)
        products.add_product_alias(product=product, name=text)

    def forget(self, *, text: str, target_id: int, within_id: int) -> None:
        aliases = CarrierProductAlias.objects.filter(product=target_id)
        aliases.filter(name_key=NameKey(Value(text))).delete()

    def add(self, *, text: str, within_id: int, meaning: str) -> int:
        product = CarrierProduct(carrier=_get(Carrier, within_id), name=text)
        return products.save_product(product=product, keep_old_name=False).pk

    def remove(self, *, target_id: int) -> None:
        _delete(CarrierProduct, target_id)


def _get(model: type[Row], pk: int) -> Row:
    """The row, or a refusal: somebody removed or merged it meanwhile."""
    row = model._default_manager.filter(pk=pk).first()
    if row is None:
        msg = gettext("This %(verbose_name)s no longer exists. Choose another.") % {
            "verbose_name": model._meta.verbose_name
        }
        raise GoneError(msg)
    return row


def _delete(model: type[Carrier] | type[CarrierProduct], pk: int) -> None:
    row = model._default_manager.filter(pk=pk).first()
    if row is None:
        return
    try:
        row.delete()
    except ProtectedError as error:
        msg = gettext(
            "%(name)s has records by now, so it stays. Merge it, or map the value to another."
        ) % {"name": row.name}
        raise StillUsedError(msg) from error


kinds.register(CarrierKind())
kinds.register(CarrierProductKind())
