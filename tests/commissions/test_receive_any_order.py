"""Any order and any repetition of the same updates ends in the same application."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencyhub.lib.mbi import Mbi
from commissions.models import Application
from commissions.services import applications
from commissions.services.applications import Told
from commissions.told import RiderTold
from tests.factories.accounts import AgentFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import CarrierFactory

START = datetime(2026, 10, 15, 12, tzinfo=UTC)
MBI, OTHER = "1EG4TE5MK73", "2AC5DE6FG89"
UPDATE = st.fixed_dictionaries(
    {"minute": st.integers(0, 3)},
    optional={
        "carrier_name": st.sampled_from(["Humana", "Nobody Mutual", ""]),
        "agent_npn": st.sampled_from(["1000001", "1000002", "", "none"]),
        "first_name": st.sampled_from(["Ana", "ANA", "Eva"]),
        "last_name": st.sampled_from(["Lopez", "López ", "Ruiz"]),
        "date_of_birth": st.sampled_from([date(1958, 3, 14), date(1960, 1, 1)]),
        "mbi": st.sampled_from([Mbi(MBI, "MK73"), Mbi("", "MK73"), Mbi(OTHER, "FG89")]),
        "phone": st.sampled_from(["5155550100", "(515) 555-0101", "", "12"]),
        "plan_type": st.sampled_from(["mapd", "pdp", "dental"]),
        "plan_id": st.sampled_from(["H5216-001", "S5601-014-0"]),
        "premium": st.sampled_from([Decimal(0), Decimal("19.5")]),
        "sharing": st.sampled_from(["full", "limited"]),
        "riders": st.sampled_from(
            [(), (RiderTold("Dental"),), (RiderTold("Dental", premium=Decimal(5)),)]
        ),
    },
)


def _told(update):
    values = {name: value for name, value in update.items() if name != "minute"}
    at = START + timedelta(minutes=update["minute"])
    return Told(source="healthsherpa", external_id="A-1", source_updated_at=at, **values)


def _row_after(updates):
    """What is stored in the end; nothing of it stays."""
    with transaction.atomic():
        for update in updates:
            applications.receive(told=_told(update), at=START)
        row = Application.objects.get()
        columns = {
            name: value
            for name, value in Application.objects.values().get().items()
            if name not in {"id", "created_at", "updated_at", "mbi"}
        }
        columns["mbi"] = row.mbi.reveal() if row.mbi else ""
        columns["riders"] = sorted(row.riders.values_list("plan_name", "premium"))
        transaction.set_rollback(True)
    return columns


@pytest.fixture
def known(db):
    """A carrier, two agents and two people that updates may mean."""
    CarrierFactory(name="Humana")
    AgentFactory(npn="1000001")
    AgentFactory(npn="1000002")
    IndividualFactory(first_name="Ana", last_name="Lopez", date_of_birth=date(1958, 3, 14))
    IndividualFactory(first_name="Eva", last_name="Ruiz", date_of_birth=None, mbi=OTHER)


@pytest.mark.usefixtures("known")
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), updates=st.lists(UPDATE, min_size=1, max_size=4))
def test_ends_in_the_same_row(data, updates):
    again = data.draw(st.permutations([*updates, *data.draw(st.lists(st.sampled_from(updates)))]))

    assert _row_after(again) == _row_after(updates)
