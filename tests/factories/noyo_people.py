"""The carrier's members and coverages, made of ours."""

from datetime import UTC, date, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from agencyhub.lib.crypto import blind_index
from groups.models import LineOfCoverage
from groups.models.members import SSN_INDEX
from integrations.noyo.models import Account, CarrierCoverage, Credentials, Difference, NoyoMember
from tests.factories.groups import EmployeeFactory
from tests.factories.noyo import CarrierPlanFactory, NoyoGroupFactory

SEEN_AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


class AccountFactory(DjangoModelFactory[Account]):
    """An account whose client ID and secret nobody has entered."""

    class Meta:
        model = Account
        skip_postgeneration_save = True

    pk = 1
    is_active = True
    credentials = factory.RelatedFactory(
        "tests.factories.noyo_people.CredentialsFactory", "account"
    )


class CredentialsFactory(DjangoModelFactory[Credentials]):
    """Nothing is entered yet."""

    class Meta:
        model = Credentials


class NoyoMemberFactory(DjangoModelFactory[NoyoMember]):
    """Ana Lopez as the carrier has her, without an SSN unless given."""

    class Meta:
        model = NoyoMember

    noyo_group = factory.SubFactory(NoyoGroupFactory)
    kind = NoyoMember.Kind.EMPLOYEE
    noyo_id = factory.Sequence(lambda n: f"e0000000-0000-4000-8000-{n:012d}")
    first_name = "Ana"
    last_name = "Lopez"
    date_of_birth = date(1980, 3, 14)
    seen_at = SEEN_AT

    @classmethod
    def _create(cls, model_class: Any, *args: Any, ssn: str = "", **kwargs: Any) -> Any:
        if ssn:
            kwargs |= {"ssn_index": blind_index(ssn, purpose=SSN_INDEX), "ssn_tail": ssn[-4:]}
        return super()._create(model_class, *args, **kwargs)


class CarrierCoverageFactory(DjangoModelFactory[CarrierCoverage]):
    """$100,000 of life insurance since November."""

    class Meta:
        model = CarrierCoverage

    member = factory.SubFactory(NoyoMemberFactory)
    noyo_id = factory.Sequence(lambda n: f"e1000000-0000-4000-8000-{n:012d}")
    carrier_plan = factory.SubFactory(
        CarrierPlanFactory,
        noyo_group=factory.SelfAttribute("..member.noyo_group"),
        line=LineOfCoverage.LIFE,
    )
    line = LineOfCoverage.LIFE
    status = "active"
    effective_date = date(2026, 11, 1)
    volume = "100000.00"
    seen_at = SEEN_AT


class DifferenceFactory(DjangoModelFactory[Difference]):
    """Ana's date of birth is another at the carrier."""

    class Meta:
        model = Difference

    noyo_group = factory.SubFactory(NoyoGroupFactory)
    employee = factory.SubFactory(
        EmployeeFactory, group=factory.SelfAttribute("..noyo_group.group")
    )
    key = factory.LazyAttribute(lambda one: f"field:e{one.employee.pk}:date_of_birth")
    kind = Difference.Kind.FIELD
    field = "date_of_birth"
    our_value = "1980-03-14"
    carrier_value = "1980-03-15"
