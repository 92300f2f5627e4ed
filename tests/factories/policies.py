"""Carriers, carrier products and policies for tests: fixed and dull."""

import factory
from factory.django import DjangoModelFactory

from agencyhub.records.models import Option
from policies.models import Carrier, CarrierAlias, CarrierProduct, CarrierProductAlias


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


def policy_status(label: str) -> Option:
    """One of the policy statuses that every agency starts with."""
    return Option.objects.get(list=Option.List.POLICY_STATUS, label=label)


def coverage_type(label: str) -> Option:
    """One of the coverage types that every agency starts with."""
    return Option.objects.get(list=Option.List.COVERAGE_TYPE, label=label)
