"""Applications, book rows and commission lines for tests: fixed and dull."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from commissions.models import Application, BookRow, CommissionLine, Line
from tests.factories.policies import CarrierFactory


class ApplicationFactory(DjangoModelFactory[Application]):
    """An application for Medicare Advantage from 1 January 2027; nobody's client yet."""

    class Meta:
        model = Application

    source = Application.Source.HEALTHSHERPA
    external_id = factory.Sequence(lambda n: f"A-{100000 + n}")
    carrier = factory.SubFactory(CarrierFactory)
    first_name = "Ana"
    last_name = factory.Sequence(lambda n: f"Lopez{n}")
    date_of_birth = date(1958, 3, 14)
    line = Line.MED_ADV
    plan_id = "H5216-001-000"
    effective_date = date(2027, 1, 1)
    submitted_at = datetime(2026, 10, 15, 15, 30, tzinfo=UTC)


class BookRowFactory(DjangoModelFactory[BookRow]):
    """An active row of a carrier's book."""

    class Meta:
        model = BookRow

    carrier = factory.SubFactory(CarrierFactory)
    policy_number = factory.Sequence(lambda n: f"H{1000000 + n}")
    first_name = "Ana"
    last_name = factory.Sequence(lambda n: f"Lopez{n}")
    date_of_birth = date(1958, 3, 14)
    line = Line.MED_ADV
    plan_id = "H5216-001-000"
    effective_date = date(2027, 1, 1)
    status = BookRow.Status.ACTIVE
    carrier_status = "Active Policy"
    as_of_date = date(2027, 1, 10)


class CommissionLineFactory(DjangoModelFactory[CommissionLine]):
    """An initial commission, paid."""

    class Meta:
        model = CommissionLine

    carrier = factory.SubFactory(CarrierFactory)
    policy_number = factory.Sequence(lambda n: f"H{1000000 + n}")
    first_name = "Ana"
    last_name = factory.Sequence(lambda n: f"Lopez{n}")
    line = Line.MED_ADV
    kind = CommissionLine.Kind.INITIAL
    amount = Decimal("725.00")
    effective_date = date(2027, 1, 1)
    payment_period = date(2027, 1, 1)
    statement_date = date(2027, 2, 1)
    paid_date = date(2027, 2, 5)
