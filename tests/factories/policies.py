"""Carriers, carrier products and policies for tests: fixed and dull."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from agencyhub.records.models import Option
from policies.models import (
    Carrier,
    CarrierAlias,
    CarrierProduct,
    CarrierProductAlias,
    Payment,
    PaymentStatus,
    Policy,
    PremierTerm,
    Risk,
    Standing,
    Told,
)
from tests.factories.individuals import IndividualFactory


class CarrierFactory(DjangoModelFactory[Carrier]):
    """A confirmed carrier that sells."""

    class Meta:
        model = Carrier

    class Params:
        from_partner = factory.Trait(created_by_partner="plancompare", needs_review=True)

    name = factory.Sequence(lambda n: f"Prairie Mutual {n}")


class CarrierAliasFactory(DjangoModelFactory[CarrierAlias]):
    """Another name of a carrier."""

    class Meta:
        model = CarrierAlias

    carrier = factory.SubFactory(CarrierFactory)
    name = factory.Sequence(lambda n: f"Prairie Mutual Insurance Company {n}")


class CarrierProductFactory(DjangoModelFactory[CarrierProduct]):
    """A confirmed carrier product without a coverage type."""

    class Meta:
        model = CarrierProduct

    class Params:
        from_partner = factory.Trait(created_by_partner="plancompare", needs_review=True)

    carrier = factory.SubFactory(CarrierFactory)
    name = factory.Sequence(lambda n: f"Prairie Choice {n}")


class CarrierProductAliasFactory(DjangoModelFactory[CarrierProductAlias]):
    """Another name of a carrier product."""

    class Meta:
        model = CarrierProductAlias

    product = factory.SubFactory(CarrierProductFactory)
    carrier = factory.SelfAttribute("product.carrier")
    name = factory.Sequence(lambda n: f"Prairie Choice Plan {n}")


class PolicyFactory(DjangoModelFactory[Policy]):
    """An active MAPD policy from 1 January 2026 without an agent or a product."""

    class Meta:
        model = Policy

    class Params:
        cancelled = factory.Trait(status=factory.LazyFunction(lambda: policy_status("Cancelled")))
        pending = factory.Trait(status=factory.LazyFunction(lambda: policy_status("Pending")))

    subscriber = factory.SubFactory(IndividualFactory)
    carrier = factory.SubFactory(CarrierFactory)
    policy_number = factory.Sequence(lambda n: f"AZ-{100000 + n}")
    status = factory.LazyFunction(lambda: policy_status("Active"))
    coverage_type = factory.LazyFunction(lambda: coverage_type("MAPD"))
    effective_date = date(2026, 1, 1)
    premium = Decimal("28.50")


class PremierTermFactory(DjangoModelFactory[PremierTerm]):
    """A term that has held since 1 January 2026."""

    class Meta:
        model = PremierTerm

    carrier = factory.SubFactory(CarrierFactory)
    start_date = date(2026, 1, 1)


class PaymentFactory(DjangoModelFactory[Payment]):
    """October 2026, paid, as the carrier's file of 15 October said."""

    class Meta:
        model = Payment

    policy = factory.SubFactory(PolicyFactory)
    month = date(2026, 10, 1)
    status = PaymentStatus.CURRENT
    carrier_status = "Paid"
    source = Told.Source.FILE
    as_of = datetime(2026, 10, 15, 6, 0, tzinfo=UTC)


class StandingFactory(DjangoModelFactory[Standing]):
    """Paid for October 2026, as the carrier's file of 15 October said."""

    class Meta:
        model = Standing

    policy = factory.SubFactory(PolicyFactory)
    month = date(2026, 10, 1)
    status = PaymentStatus.CURRENT
    source = Told.Source.FILE
    as_of = datetime(2026, 10, 15, 6, 0, tzinfo=UTC)


class RiskFactory(DjangoModelFactory[Risk]):
    """Past due since 1 October 2026, open."""

    class Meta:
        model = Risk

    policy = factory.SubFactory(PolicyFactory)
    kind = Risk.Kind.PAST_DUE
    severity = 3
    opened_at = datetime(2026, 10, 2, 6, 0, tzinfo=UTC)


def policy_status(label: str) -> Option:
    """One of the policy statuses that every agency starts with."""
    return Option.objects.get(list=Option.List.POLICY_STATUS, label=label)


def coverage_type(label: str) -> Option:
    """One of the coverage types that every agency starts with."""
    return Option.objects.get(list=Option.List.COVERAGE_TYPE, label=label)
