"""Rates, terms and rows of expected pay for tests: fixed and dull."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from commissions.models import Dispute, DisputePack, ExpectedPay, Line, PayTerm
from tests.factories.policies import CarrierFactory, PolicyFactory


class PayTermFactory(DjangoModelFactory[PayTerm]):
    """The whole CMS maximum for Medicare Advantage since 1 January 2026."""

    class Meta:
        model = PayTerm

    carrier = factory.SubFactory(CarrierFactory)
    line = Line.MED_ADV
    basis = PayTerm.Basis.CMS
    initial_percent = Decimal(100)
    renewal_percent = Decimal(100)
    start_date = date(2026, 1, 1)


class ExpectedPayFactory(DjangoModelFactory[ExpectedPay]):
    """October 2026 of a renewal, never paid."""

    class Meta:
        model = ExpectedPay

    policy = factory.SubFactory(PolicyFactory)
    carrier = factory.SelfAttribute("policy.carrier")
    line = Line.MED_ADV
    month = date(2026, 10, 1)
    through = date(2026, 10, 1)
    kind = ExpectedPay.Kind.RENEWAL
    expected = Decimal("28.92")
    paid = Decimal(0)
    state = ExpectedPay.State.LATE_30
    due_date = date(2026, 11, 15)
    gap = Decimal("28.92")
    is_open = True


class DisputeFactory(DjangoModelFactory[Dispute]):
    """The work on a month that was never paid; nothing was done yet."""

    class Meta:
        model = Dispute

    row = factory.SubFactory(ExpectedPayFactory)
    policy = factory.SelfAttribute("row.policy")
    month = factory.SelfAttribute("row.month")
    kind = factory.SelfAttribute("row.kind")
    state_at = datetime(2026, 11, 20, 15, tzinfo=UTC)


class DisputePackFactory(DjangoModelFactory[DisputePack]):
    """A pack of one month that was never paid; say its ``disputes`` for others."""

    class Meta:
        model = DisputePack
        skip_postgeneration_save = True

    carrier = factory.SubFactory(CarrierFactory)
    made_at = datetime(2026, 11, 20, 15, tzinfo=UTC)

    @factory.post_generation
    def disputes(pack, create, given, **_more):  # noqa: N805 - the factory's own way
        pack.disputes.set(given or [DisputeFactory(row__policy__carrier=pack.carrier)])
