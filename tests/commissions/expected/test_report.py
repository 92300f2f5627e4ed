"""The report of commissions: expected, received, short and late, each a door to its rows."""

from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db.models import Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import Role
from agencyhub.home.desk import panels
from agencyhub.home.reports.registry import REPORTS
from agencyhub.records.lists import registry, state
from commissions.expected import months
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.expected import ExpectedPayFactory
from tests.factories.policies import CarrierFactory, PolicyFactory

pytestmark = pytest.mark.django_db
VALUES = {"Expected": "expected", "Received": "paid", "Short": "gap", "Late": "gap"}
SEE = ("commissions.view_commissionline", "commissions.view_application")


@pytest.fixture
def rows():
    """A paid, a short, two late rows and one with nothing known, of two carriers and agents."""
    this = months.first(timezone.localdate())
    agents = AgentFactory.create_batch(2)
    carriers = CarrierFactory.create_batch(2)
    told = (
        (0, "paid", "28.92", "28.92", "0"), (1, "short", "28.92", "20.00", "8.92"),
        (2, "late_30", "57.00", "0", "57.00"), (3, "late_90", "12.00", "0", "12.00"),
        (1, "no_rate", None, "5.00", "0"), (20, "late_90", "99.00", "0", "99.00"),
    )  # fmt: skip
    for at, (back, name, expected, paid, gap) in enumerate(told):
        month = months.add(this, -back)
        policy = PolicyFactory(carrier=carriers[at % 2], servicing_agent=agents[at % 2])
        ExpectedPayFactory(
            policy=policy, month=month, through=month, state=name, paid=Decimal(paid),
            expected=Decimal(expected) if expected else None, gap=Decimal(gap),
            is_open=name != "paid", line="pdp" if at == 2 else "med_adv",
        )  # fmt: skip
    return agents


def _figures(user, **texts):
    form = REPORTS["commissions"].form(texts)
    assert form.is_valid(), form.errors
    return REPORTS["commissions"].count(user, form.cleaned_data, timezone.localdate())


def _behind(url, user, value):
    """The sum of a value over exactly the rows that an address shows."""
    parts = urlsplit(url)
    kind = registry.of("expected_pay")
    assert parts.path == reverse("commissions:expectedpay_list")
    asked = state.read(kind, QueryDict(parts.query), user=user)
    assert asked.problems == []
    return asked.rows.aggregate(total=Sum(value))["total"] or Decimal(0)


@pytest.mark.parametrize("by", ["month", "carrier", "agent", "line"])
def test_every_number_is_a_door_to_its_rows(rows, by):
    user = UserFactory(owner=True)

    found = _figures(user, by=by)

    assert [one.label for one in found.columns[:4]] == list(VALUES)
    told = 0
    for line in (*found.lines, found.total):
        for column, cell in zip(found.columns, line.cells, strict=True):
            if column.label in VALUES and cell.url:
                assert _behind(cell.url, user, VALUES[column.label]) == cell.value
                told += 1
    assert told >= 8
    assert [cell.value for cell in found.total.cells[:4]] == [
        Decimal("126.84"), Decimal("53.92"), Decimal("8.92"), Decimal("69.00"),
    ]  # fmt: skip


def test_narrowed_by_line_and_carrier(rows):
    user = UserFactory(owner=True)

    found = _figures(user, by="month", line="pdp")

    assert found.total.cells[0].value == Decimal("57.00")
    assert _behind(found.total.cells[0].url, user, "expected") == Decimal("57.00")


def test_agents_are_told_of_their_own_policies(rows):
    user = UserFactory(may=[*SEE, "commissions.view_expectedpay"], may__reach=Role.Scope.OWN)
    rows[1].user = user
    rows[1].save()

    found = _figures(user)

    assert [cell.value for cell in found.total.cells[:4]] == [
        Decimal("40.92"), Decimal("20.00"), Decimal("8.92"), Decimal("12.00"),
    ]  # fmt: skip


def test_without_the_right_nothing_of_it_is_told(rows):
    found = _figures(UserFactory(may=list(SEE)))

    assert not {one.label for one in found.columns} & set(VALUES)


def test_the_dashboard_says_expected_received_short_and_late(rows, client):
    user = UserFactory(owner=True)
    panel = panels.find("commissions", user=user)

    view = panels.count(panel, user=user, at=timezone.now())

    assert [(one.label, one.value) for one in view.numbers] == [
        ("Expected", "$126.84"), ("Received", "$53.92"), ("Short", "$8.92"), ("Late", "$69.00"),
    ]  # fmt: skip
    assert view.chart is not None
    assert [one["label"] for one in view.chart.data["series"]] == ["Expected", "Received"]
    assert isinstance(view.as_of.date(), date)
