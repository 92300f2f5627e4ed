"""People as tests need them: fixed, dull, and none of them real."""

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from agencyhub.lib.mbi import read_mbi
from agencyhub.records.models import Option
from individuals.models import Address, Individual, SalesOpportunity, SalesRecord

MBI = "1EG4TE5MK73"
OTHER_MBI = "1EG4TE5MK72"


def option(option_list: str, label: str) -> Option:
    """One of the options that every installation starts with."""
    return Option.objects.get(list=option_list, label=label)


class _PersonFactory(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    first_name = "Ana"
    last_name = "Lopez"
    date_of_birth = date(1958, 3, 14)
    email = "ana@example.com"
    home_phone = "5155550100"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, mbi: str = "", **kwargs: Any) -> Any:
        """Seal ``mbi`` for the model's own column."""
        person = model_class(*args, **kwargs)
        if mbi:
            person.set_mbi(read_mbi(mbi))
        person.save()
        return person


class IndividualFactory(_PersonFactory):
    """Ana Lopez, a client without an agent, an address or an MBI; say what the test is about."""

    class Meta:
        model = Individual

    type = factory.LazyFunction(lambda: option("individual_type", "Client"))
    status = factory.LazyFunction(lambda: option("individual_status", "Active"))


class AddressFactory(DjangoModelFactory[Address]):
    """12 Oak St in Ames, the primary address of an individual."""

    class Meta:
        model = Address

    individual = factory.SubFactory(IndividualFactory)
    type = factory.LazyFunction(lambda: option("address_type", "Home"))
    line_1 = "12 Oak St"
    city = "Ames"
    state = "IA"
    zip_code = "50010"
    is_primary = True


class SalesRecordFactory(_PersonFactory):
    """Ana Lopez as a new lead: not linked, not assigned, no address."""

    class Meta:
        model = SalesRecord

    stage = factory.LazyFunction(lambda: option("sales_stage", "New"))


class SalesOpportunityFactory(DjangoModelFactory[SalesOpportunity]):
    """A chance to sell Medicare Advantage to an individual."""

    class Meta:
        model = SalesOpportunity

    individual = factory.SubFactory(IndividualFactory)
    name = "Annual enrollment"
    stage = factory.LazyFunction(lambda: option("sales_stage", "New"))
    coverage_type = factory.LazyFunction(lambda: option("coverage_type", "Medicare Advantage"))
