"""Carriers: found by any of their names, created, confirmed."""

from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext, gettext_noop

from agencyhub.lib.db import NameKey, one_or_none
from policies.models import Carrier, CarrierAlias
from policies.services.names import NameTakenError, hold_name, read_name

NAMES = "carriers"
BY_NAME = gettext_noop("Carrier matched by name")
BY_ALIAS = gettext_noop("Carrier matched by alias")
CREATED = gettext_noop("Carrier created with the partner's name")


@dataclass(frozen=True)
class ResolvedCarrier:
    """The carrier that a partner means. ``how`` is a reason for the timeline."""

    carrier: Carrier
    created: bool
    how: str


def find_carrier(name: str) -> tuple[Carrier | None, str]:
    """Find the carrier that goes by ``name``, and say how: its own name wins over an alias.

    Case, accents, spaces and punctuation do not matter. Nobody found: None and a blank.
    """
    key = NameKey(models.Value(name))
    carrier = one_or_none(Carrier.objects.filter(name_key=key))
    if carrier is not None:
        return carrier, BY_NAME
    alias = one_or_none(CarrierAlias.objects.filter(name_key=key).select_related("carrier"))
    return (alias.carrier, BY_ALIAS) if alias else (None, "")


def resolve_carrier(*, name: str, partner: str) -> ResolvedCarrier:
    """Find the carrier that a partner names, or create it with exactly that (tidied) name.

    A created carrier is flagged for review. Any number of deliveries at the same time create one.
    Call it inside a history batch.

    Raises:
        UnusableNameError: blank, or too long to store.
    """
    name = read_name(name, what="carrier")
    carrier, how = find_carrier(name)
    if carrier is None:
        hold_name(name, among=NAMES)
        carrier, how = find_carrier(name)
    if carrier is not None:
        return ResolvedCarrier(carrier, created=False, how=how)
    try:
        with transaction.atomic():
            carrier = Carrier.objects.create(
                name=name, created_by_partner=partner, needs_review=True
            )
    except IntegrityError:
        # Somebody who does not hold names (the admin, an import) was quicker.
        carrier = Carrier.objects.get(name_key=NameKey(models.Value(name)))
        return ResolvedCarrier(carrier, created=False, how=BY_NAME)
    return ResolvedCarrier(carrier, created=True, how=CREATED)


@transaction.atomic
def save_carrier(*, carrier: Carrier, keep_old_name: bool) -> Carrier:
    """Store a new or an edited carrier. No other carrier may go by its name.

    With ``keep_old_name`` a former name becomes an alias, for partners that still send it.

    Raises:
        UnusableNameError: see ``read_name``.
        NameTakenError: another carrier goes by the name.
    """
    carrier.name = read_name(carrier.name, what="carrier")
    hold_name(carrier.name, among=NAMES)
    other, _ = find_carrier(carrier.name)
    if other is not None and other.pk != carrier.pk:
        raise _taken(carrier.name, other)
    former = Carrier.objects.filter(pk=carrier.pk).values_list("name", flat=True).first()
    carrier.save()
    carrier.aliases.filter(name_key=NameKey(models.Value(carrier.name))).delete()
    if keep_old_name and former and find_carrier(former)[0] is None:
        CarrierAlias.objects.create(carrier=carrier, name=former)
    return carrier


@transaction.atomic
def add_carrier_alias(*, carrier: Carrier, name: str) -> CarrierAlias:
    """Let ``carrier`` also go by ``name``.

    Raises:
        UnusableNameError: see ``read_name``.
        NameTakenError: a carrier (this one, too) goes by the name already.
    """
    name = read_name(name, what="carrier")
    hold_name(name, among=NAMES)
    other, _ = find_carrier(name)
    if other is not None and other.pk == carrier.pk:
        msg = gettext("%(name)s goes by “%(name2)s” already.") % {
            "name": carrier.name,
            "name2": name,
        }
        raise NameTakenError(msg, field="name")
    if other is not None:
        raise _taken(name, other)
    return CarrierAlias.objects.create(carrier=carrier, name=name)


def _taken(name: str, other: Carrier) -> NameTakenError:
    msg = gettext(
        "The carrier %(name)s goes by “%(name2)s”. Merge the two, or choose another name."
    ) % {"name": other.name, "name2": name}
    return NameTakenError(msg, field="name")
