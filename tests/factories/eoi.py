"""Requests for evidence of insurability for tests: fixed and dull."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from eoi.models import EoiRequest
from tests.factories.groups import ElectionFactory


class EoiRequestFactory(DjangoModelFactory[EoiRequest]):
    """Ana's $50,000 beyond the guaranteed issue, waiting since 15 October 2026.

    Group and employee are those of the election; ``election__volume=`` and the like reach it.
    """

    class Meta:
        model = EoiRequest

    election = factory.SubFactory(ElectionFactory)
    employee = factory.SelfAttribute("election.employee")
    group = factory.SelfAttribute("election.employee.group")
    requested_volume = Decimal("150000.00")
    reasons = factory.LazyFunction(
        lambda: [{"code": "above_guaranteed_issue", "volume": "100000.00"}]
    )
    opened_date = date(2026, 10, 15)
