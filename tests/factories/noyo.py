"""Groups at Noyo, what carriers have installed for them, and mappings: fixed and dull."""

from datetime import UTC, date, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from groups.models import LineOfCoverage
from integrations.noyo.models import (
    CarrierOption,
    CarrierPlan,
    ClassRule,
    Configuration,
    GroupConnection,
    Link,
    Mapping,
    NoyoCarrier,
    NoyoGroup,
    PlanLink,
    PlanYear,
    RenewalDecision,
    RuleCondition,
    UnitLink,
)
from tests.factories.groups import EmployerGroupFactory, GroupPlanFactory
from tests.factories.policies import CarrierFactory

SEEN_AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def _uuid(kind: str) -> Any:
    return factory.Sequence(lambda n: f"{kind}-0000-4000-8000-{n:012d}")


class NoyoCarrierFactory(DjangoModelFactory[NoyoCarrier]):
    """One of our carriers, whose structures need no mapped fields."""

    class Meta:
        model = NoyoCarrier

    noyo_id = _uuid("c0000000")
    carrier = factory.SubFactory(CarrierFactory)


class NoyoGroupFactory(DjangoModelFactory[NoyoGroup]):
    """A group of ours that Noyo knows and that was read."""

    class Meta:
        model = NoyoGroup

    noyo_id = _uuid("a0000000")
    version = _uuid("a1000000")
    name = "Prairie Millworks"
    group = factory.SubFactory(EmployerGroupFactory)
    seen_at = SEEN_AT
    pulled_at = SEEN_AT


class GroupConnectionFactory(DjangoModelFactory[GroupConnection]):
    """A completed connection; its group is Noyo's."""

    class Meta:
        model = GroupConnection

    noyo_id = _uuid("d0000000")
    noyo_group = factory.SubFactory(NoyoGroupFactory)
    group = factory.SelfAttribute("noyo_group.group")
    carrier = factory.SubFactory(NoyoCarrierFactory)
    carrier_group_id = "00110011"
    status = GroupConnection.Status.COMPLETED
    completed_at = SEEN_AT
    seen_at = SEEN_AT


class ConfigurationFactory(DjangoModelFactory[Configuration]):
    """What a carrier that is asked directly says about a group."""

    class Meta:
        model = Configuration

    noyo_group = factory.SubFactory(NoyoGroupFactory)
    carrier = factory.SubFactory(NoyoCarrierFactory)
    carrier_group_id = "00110011"
    tier = "premier"
    values = factory.LazyFunction(lambda: {"master_agreement_number": "00110011"})
    digest = b"structure"
    seen_at = SEEN_AT


class CarrierOptionFactory(DjangoModelFactory[CarrierOption]):
    """A benefit class of the carrier; say its number with ``code=``."""

    class Meta:
        model = CarrierOption

    class Params:
        code = factory.Sequence(lambda n: f"{n:04d}")

    noyo_group = factory.SubFactory(NoyoGroupFactory)
    carrier = factory.SubFactory(NoyoCarrierFactory)
    category = "benefit_classes"
    identifiers = factory.LazyAttribute(lambda one: {"benefit_class_identifier": one.code})
    key = factory.LazyAttribute(lambda one: f"benefit_class_identifier={one.code}")
    label = "All employees"
    parts = factory.LazyAttribute(
        lambda one: {"benefit_class_name": one.label, "benefit_class_identifier": one.code}
    )
    first_seen_at = SEEN_AT
    seen_at = SEEN_AT


class PlanYearFactory(DjangoModelFactory[PlanYear]):
    """Dental in 2026."""

    class Meta:
        model = PlanYear

    noyo_group = factory.SubFactory(NoyoGroupFactory)
    carrier = factory.SubFactory(NoyoCarrierFactory)
    noyo_id = _uuid("e0000000")
    version = _uuid("e1000000")
    line = LineOfCoverage.DENTAL
    status = "active"
    effective_date = date(2026, 1, 1)
    termination_date = date(2026, 12, 31)
    seen_at = SEEN_AT


class CarrierPlanFactory(DjangoModelFactory[CarrierPlan]):
    """A dental PPO for everybody, from 2026 on."""

    class Meta:
        model = CarrierPlan

    noyo_group = factory.SubFactory(NoyoGroupFactory)
    carrier = factory.SubFactory(NoyoCarrierFactory)
    noyo_id = _uuid("f0000000")
    version = _uuid("f1000000")
    line = LineOfCoverage.DENTAL
    name = "Dental - SmileDirect Plus"
    plan_type = "ppo"
    is_voluntary = False
    status = "active"
    effective_date = date(2026, 1, 1)
    member_types = factory.LazyFunction(lambda: ["all"])
    digest = factory.LazyAttribute(lambda one: f"digest of {one.name}".encode())
    seen_at = SEEN_AT


class MappingFactory(DjangoModelFactory[Mapping]):
    """2026 with one carrier, to be mapped; the group is known to Noyo."""

    class Meta:
        model = Mapping

    class Params:
        noyo_group = factory.SubFactory(NoyoGroupFactory)

    group = factory.SelfAttribute("noyo_group.group")
    carrier = factory.SubFactory(NoyoCarrierFactory)
    start_date = date(2026, 1, 1)
    end_date = date(2026, 12, 31)
    reason = Mapping.Reason.CONNECTED


class PlanLinkFactory(DjangoModelFactory[PlanLink]):
    """A suggestion between a plan of ours and one of the carrier's, both of the mapping's group."""

    class Meta:
        model = PlanLink

    class Params:
        confirmed = factory.Trait(state=Link.State.CONFIRMED, decided_at=SEEN_AT)

    mapping = factory.SubFactory(MappingFactory)
    plan = factory.SubFactory(
        GroupPlanFactory,
        benefit__group=factory.SelfAttribute("...mapping.group"),
        benefit__lookup_code="dental",
        benefit__line=LineOfCoverage.DENTAL,
        carrier=factory.SelfAttribute("..mapping.carrier.carrier"),
        name="Dental PPO",
    )
    carrier_plan = factory.SubFactory(
        CarrierPlanFactory,
        noyo_group=factory.SelfAttribute("..mapping.group.noyo_group"),
        carrier=factory.SelfAttribute("..mapping.carrier"),
    )
    score = "0.800"


class UnitLinkFactory(DjangoModelFactory[UnitLink]):
    """A suggestion for a unit (say which) and an option of the carrier."""

    class Meta:
        model = UnitLink

    class Params:
        confirmed = factory.Trait(state=Link.State.CONFIRMED, decided_at=SEEN_AT)

    mapping = factory.SubFactory(MappingFactory)
    category = factory.SelfAttribute("option.category")
    option = factory.SubFactory(
        CarrierOptionFactory,
        noyo_group=factory.SelfAttribute("..mapping.group.noyo_group"),
        carrier=factory.SelfAttribute("..mapping.carrier"),
    )
    score = "0.800"


class ClassRuleFactory(DjangoModelFactory[ClassRule]):
    """A rule for one of the carrier's classes; without conditions it fits nobody."""

    class Meta:
        model = ClassRule

    class Params:
        default = factory.Trait(is_default=True, rank=None, name="Everybody else")

    mapping = factory.SubFactory(MappingFactory)
    category = factory.SelfAttribute("option.category")
    name = factory.Sequence(lambda n: f"Rule {n}")
    option = factory.SubFactory(
        CarrierOptionFactory,
        noyo_group=factory.SelfAttribute("..mapping.group.noyo_group"),
        carrier=factory.SelfAttribute("..mapping.carrier"),
    )
    rank = factory.Sequence(lambda n: n + 1)


class RuleConditionFactory(DjangoModelFactory[RuleCondition]):
    """The job title is Executive."""

    class Meta:
        model = RuleCondition

    rule = factory.SubFactory(ClassRuleFactory)
    place = factory.Sequence(lambda n: n)
    field = RuleCondition.Field.JOB_TITLE
    operator = RuleCondition.Operator.IS
    values = factory.LazyFunction(lambda: ["Executive"])


class RenewalDecisionFactory(DjangoModelFactory[RenewalDecision]):
    """What a group expects on 1 January 2027, sent and not checked yet."""

    class Meta:
        model = RenewalDecision

    class Params:
        noyo_group = factory.SubFactory(NoyoGroupFactory)

    group = factory.SelfAttribute("noyo_group.group")
    renewal_date = date(2027, 1, 1)
    status = RenewalDecision.Status.SUBMITTED
    noyo_id = _uuid("90000000")
    version = _uuid("91000000")
    sent_at = SEEN_AT
