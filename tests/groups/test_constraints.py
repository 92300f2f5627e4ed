"""What the database refuses: a check that comes to NULL would let it in."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.factories.groups import ElectionFactory, GroupPlanFactory, PlanRateFactory

pytestmark = pytest.mark.django_db


def test_a_rate_says_what_it_costs():
    plan = GroupPlanFactory()

    with pytest.raises(IntegrityError, match="plan_rate_is_per_thousand_or_flat"):
        with transaction.atomic():
            PlanRateFactory(plan=plan, start_date=date(2027, 1, 1), per_thousand=None, flat=None)

    assert not plan.rates.exists()


def test_an_election_waits_for_something():
    with pytest.raises(IntegrityError, match="election_waits_for_something"):
        with transaction.atomic():
            ElectionFactory(requested_plan=None, requested_volume=None)
