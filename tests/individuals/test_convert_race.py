"""Two people convert the same sales record at the same moment, on two real connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.models import Address, Individual
from individuals.services.addresses import receive_address
from individuals.services.conversion import convert_sales_record
from tests.factories.individuals import IndividualFactory, SalesRecordFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("default_options"),
]

AT = datetime(2026, 10, 15, 14, 30, tzinfo=UTC)


def at_once(act, times=2):
    """Run ``act`` on ``times`` connections that start together."""
    start = Barrier(times)

    def run(number):
        try:
            start.wait(timeout=60)
            with history.batch(user=None, channel=Batch.Channel.SYNC, summary="At once"):
                return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_one_of_two_conversions_creates_and_both_answer_the_same_individual():
    record = SalesRecordFactory(address_1="12 Oak St", zip_code="50010")

    first, second = at_once(lambda _: convert_sales_record(sales_record_id=record.pk, at=AT))

    assert first.individual == second.individual
    assert sorted([first.created, second.created]) == [False, True]
    assert Individual.objects.count() == 1
    assert Address.objects.count() == 1


def test_two_addresses_leave_one_primary():
    individual = IndividualFactory()

    def receive(number):
        return receive_address(
            individual=individual,
            line_1=f"{number} Oak St",
            line_2="",
            city="Ames",
            state="IA",
            zip_code="50010",
            address_type=None,
        )

    outcomes = at_once(receive)

    assert all(outcome.added for outcome in outcomes)
    assert individual.addresses.count() == 2
    assert individual.addresses.filter(is_primary=True).count() == 1
