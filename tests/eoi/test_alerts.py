"""The page of what somebody should look into."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import Role
from eoi.selectors.alerts import alerts
from tests.factories.accounts import UserFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import CoveragePeriodFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_tells_requests_by_their_age_in_business_days(owner):
    old = EoiRequestFactory(opened_date=date(2026, 10, 26))
    EoiRequestFactory(opened_date=date(2026, 10, 27))
    EoiRequestFactory(opened_date=date(2026, 9, 1), status="denied", closed_at=timezone.now())

    found = alerts(user=owner, days=20, today=TODAY)

    assert [(one.request.pk, one.days) for one in found.overdue] == [(old.pk, 20)]
    assert not found.are_more_overdue


def test_shows_deductions_and_requests_in_a_few_queries(
    client, owner, django_assert_max_num_queries
):
    for _ in range(12):
        election = CoveragePeriodFactory(
            election__premium=Decimal(20),
            election__deduction=Decimal(15),
            election__deduction_as_of=date(2026, 11, 27),
        ).election
        EoiRequestFactory(election=election, opened_date=timezone.localdate() - timedelta(days=60))

    with django_assert_max_num_queries(12):
        answer = client.get(reverse("eoi:alert_list"), {"days": "15"})

    text = answer.content.decode()
    assert text.count("$5.00") == 12
    assert len(answer.context["alerts"].overdue) == 12
    assert answer.context["days"] == 15


def test_shows_nobody_who_is_out_of_reach(client):
    EoiRequestFactory(opened_date=date(2026, 1, 5))
    client.force_login(UserFactory(may=["eoi.view_eoirequest"], may__reach=Role.Scope.OWN))

    answer = client.get(reverse("eoi:alert_list"))

    assert answer.status_code == 200
    assert not answer.context["alerts"].overdue
