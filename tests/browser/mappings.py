"""A mapping of a group of the demo with links of every state, rules and a plan year after it."""

from datetime import date

from django.db.models import Count
from django.utils import timezone

from groups.models import BenefitClass, EmployerGroup, GroupPlan
from integrations.noyo.models import Link, Mapping, MemberLink, NoyoGroup
from tests.factories.groups import BenefitClassFactory, EmployeeFactory
from tests.factories.noyo import (
    CarrierOptionFactory,
    CarrierPlanFactory,
    ClassRuleFactory,
    GroupConnectionFactory,
    MappingFactory,
    NoyoCarrierFactory,
    NoyoGroupFactory,
    PlanLinkFactory,
    RuleConditionFactory,
    UnitLinkFactory,
)
from tests.factories.noyo_people import DifferenceFactory, NoyoMemberFactory

State = Link.State
RENAMED = {"field": "name", "before": "Life Basic", "after": "Basic Term Life"}
REASONS = [{"code": "name_alike", "values": []}, {"code": "type_other", "values": []}]


def a_group() -> NoyoGroup:
    """A group of the demo with plans and people, as Noyo has it; journeys may not have read it."""
    # Those that journeys make offer less.
    offering = EmployerGroup.objects.annotate(offered=Count("benefits", distinct=True))
    group = offering.filter(offered__gte=4).latest("pk")
    return NoyoGroup.objects.filter(group=group).first() or NoyoGroupFactory(group=group)


def with_a_suggestion(carrier: str) -> Mapping:
    """A mapping of that group with one suggested plan."""
    noyo_group, of = a_group(), NoyoCarrierFactory(carrier__name=carrier)
    mapping = MappingFactory(
        noyo_group=noyo_group, carrier=of, status=Mapping.Status.IN_PROGRESS,
        start_date=date(2026, 1, 1), end_date=date(2026, 12, 31),
    )  # fmt: skip
    benefit = noyo_group.group.benefits.earliest("pk")
    plan = GroupPlan.objects.create(
        group=noyo_group.group, benefit=benefit, carrier=of.carrier, code=f"K{benefit.pk}",
        name=f"{benefit.name} of {carrier}", effective_date=date(2026, 1, 1),
    )  # fmt: skip
    PlanLinkFactory(
        mapping=mapping, plan=plan, state=State.SUGGESTED, reasons=REASONS,
        carrier_plan__line=benefit.line, carrier_plan__name=f"{plan.name} (installed)",
    )  # fmt: skip
    return mapping


def with_everything() -> Mapping:
    """The mapping, of a carrier that no connection of the demo is with."""
    noyo_group = a_group()
    group = noyo_group.group
    carrier = NoyoCarrierFactory(carrier__name="Prairie Mutual")
    mapping = MappingFactory(
        noyo_group=noyo_group, carrier=carrier, status=Mapping.Status.REOPENED,
        reason=Mapping.Reason.PLANS, start_date=date(2026, 1, 1), end_date=date(2026, 12, 31),
    )  # fmt: skip
    here = {"noyo_group": noyo_group, "carrier": carrier}
    benefits = group.benefits.order_by("pk")[:4]
    plans = [
        GroupPlan.objects.create(
            group=group, benefit=benefit, carrier=carrier.carrier, code=f"P{benefit.pk}",
            name=f"{benefit.name} of Prairie Mutual", effective_date=date(2026, 1, 1),
        )
        for benefit in benefits
    ]  # fmt: skip
    states = (State.SUGGESTED, State.STALE, State.CONFIRMED, State.REJECTED)
    for plan, state in zip(plans, states, strict=True):
        PlanLinkFactory(
            mapping=mapping, plan=plan, state=state, reasons=REASONS,
            carrier_plan__line=plan.benefit.line, carrier_plan__name=f"{plan.name} (installed)",
            changes=[RENAMED] if state == State.STALE else [],
        )  # fmt: skip
    CarrierPlanFactory(**here, name="Voluntary Accident")
    options = [
        CarrierOptionFactory(**here, code=code, label=label)
        for code, label in (("0001", "All CA employees"), ("0002", "All other employees"))
    ]
    unit = BenefitClass.objects.filter(group=group).first() or BenefitClassFactory(group=group)
    UnitLinkFactory(mapping=mapping, benefit_class=unit, option=options[0], reasons=REASONS)
    rule = ClassRuleFactory(mapping=mapping, name="Managers", option=options[0])
    RuleConditionFactory(rule=rule, operator="contains", values=["Manager"])
    ClassRuleFactory(mapping=mapping, option=options[1], default=True)
    mapping.refusal = {
        "status": 422, "part": "rules", "name": "Managers", "said": "",
        "fields": [["resulting_field_value", "The carrier does not know this value."]],
    }  # fmt: skip
    mapping.refused_at = timezone.now()
    mapping.save(update_fields=["refusal", "refused_at"])
    MappingFactory(
        noyo_group=noyo_group, carrier=carrier, previous=mapping, reason=Mapping.Reason.RENEWAL,
        start_date=date(2027, 1, 1), end_date=date(2027, 12, 31),
    )  # fmt: skip
    return mapping


def examples(mapping: Mapping) -> dict[str, object]:
    """Keys of what stands around the mapping: its connection, a member, a difference."""
    noyo_group = NoyoGroup.objects.get(group=mapping.group)
    here = {"noyo_group": noyo_group, "carrier": mapping.carrier}
    member = NoyoMemberFactory(noyo_group=noyo_group)
    MemberLink.objects.create(
        noyo_group=noyo_group, member=NoyoMemberFactory(noyo_group=noyo_group),
        employee=EmployeeFactory(group=mapping.group), score="0.700",
        reasons=["ssn_same", "name_same", "born_other"],
    )  # fmt: skip
    waiting = GroupConnectionFactory(**here, status="action_required", completed_at=None)
    return {
        "noyo_carrier": mapping.carrier.pk,
        "noyo_group": noyo_group.pk,
        "noyo_connection": waiting.pk,
        "noyo_member": member.pk,
        "difference": DifferenceFactory(noyo_group=noyo_group, member=member).pk,
    }
