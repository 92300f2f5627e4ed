"""What stands on both sides of a mapping: our plans and units, the carrier's plans and options."""

from collections.abc import Sequence

from django.db.models import F, Q, QuerySet

from groups.models import BenefitClass, Division, EmployerGroup, GroupPlan, Location
from integrations.noyo.links import UNIT_KINDS
from integrations.noyo.models import CarrierOption, CarrierPlan, Mapping
from integrations.noyo.suggesting import DISCONTINUED

AnyUnit = BenefitClass | Division | Location
_UNITS: dict[str, type[BenefitClass] | type[Division] | type[Location]] = dict(
    zip(UNIT_KINDS, (BenefitClass, Division, Location), strict=True)
)


def _within(mapping: Mapping, *, starts_open: bool) -> Q:
    """Keep what covers a day of the plan year; ``starts_open``: also what has no first day."""
    lasts = Q(termination_date=None) | Q(termination_date__gte=mapping.start_date)
    if mapping.end_date is None:
        return lasts
    begins = Q(effective_date__lte=mapping.end_date)
    return lasts & (begins | Q(effective_date=None) if starts_open else begins)


def our_plans(mapping: Mapping) -> QuerySet[GroupPlan]:
    """The group's plans with this carrier in this plan year."""
    return GroupPlan.objects.filter(
        _within(mapping, starts_open=False),
        group=mapping.group_id,
        carrier__noyo_carrier=mapping.carrier_id,
    ).select_related("benefit")


def our_plans_of(pks: Sequence[int]) -> QuerySet[GroupPlan, tuple[int, int]]:
    """What ``our_plans`` answers, of many mappings at once: keys of a mapping and of a plan."""
    year = "group__noyo_mappings"
    return (
        GroupPlan.objects.filter(
            Q(termination_date=None) | Q(termination_date__gte=F(f"{year}__start_date")),
            Q(**{f"{year}__end_date": None}) | Q(effective_date__lte=F(f"{year}__end_date")),
            **{f"{year}__in": pks, "carrier__noyo_carrier": F(f"{year}__carrier")},
        )
        .order_by()
        .values_list(year, "pk")
    )


def carrier_plans(mapping: Mapping) -> QuerySet[CarrierPlan]:
    """What the carrier has installed for this plan year and still names."""
    return CarrierPlan.objects.filter(
        _within(mapping, starts_open=True),
        noyo_group__group=mapping.group_id,
        carrier=mapping.carrier_id,
        gone_at=None,
    ).exclude(status=DISCONTINUED)


def options(mapping: Mapping) -> QuerySet[CarrierOption]:
    """The options of the carrier's account structure that it still names and lets members into."""
    return CarrierOption.objects.filter(
        noyo_group__group=mapping.group_id, carrier=mapping.carrier_id, gone_at=None, is_open=True
    )


def units(group: EmployerGroup) -> dict[str, list[AnyUnit]]:
    """The group's classes, divisions and locations that are in use, by their kind."""
    return {
        kind: list(model.objects.filter(group=group, is_active=True).order_by("code", "pk"))
        for kind, model in _UNITS.items()
    }


def unit(mapping: Mapping, kind: str, pk: int) -> AnyUnit | None:
    """One of them; None when the group has it not."""
    model = _UNITS.get(kind)
    return model.objects.filter(group=mapping.group_id, pk=pk).first() if model else None
