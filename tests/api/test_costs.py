"""What a page of the API costs does not depend on how much is on it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencyhub.api_urls import router
from commissions.models import AgentOfRecord, ApplicationRider, CommissionSplit
from integrations.models import TouchedRecord
from tests.factories.accounts import AgentFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.expected import DisputeFactory, DisputePackFactory, ExpectedPayFactory
from tests.factories.groups import EmployerGroupFactory, GroupPlanFactory, GuaranteedIssueFactory
from tests.factories.imports import ImportFactory
from tests.factories.integrations import InboundMessageFactory
from tests.factories.noyo import PlanLinkFactory
from tests.factories.outgoing import DeliveryFactory, EndpointFactory
from tests.factories.policies import RiskFactory

pytestmark = pytest.mark.django_db
# Asked about in test_lists.py.
ELSEWHERE = {
    "agents", "carriers", "carrier-products", "individuals", "policies", "sales-records",
}  # fmt: skip
CEILING = 8


def _application():
    ApplicationRider.objects.create(application=ApplicationFactory(), plan_name="Dental")


def _book_row():
    AgentOfRecord.objects.create(
        book_row=BookRowFactory(), agent=AgentFactory(), start_date="2026-01-01"
    )


def _line():
    CommissionSplit.objects.create(
        line=CommissionLineFactory(), agent=AgentFactory(), role="agent", percent=100, amount=1
    )


def _message():
    TouchedRecord.objects.create(
        message=InboundMessageFactory(), kind="policy", record_id=1, action="created"
    )


def _import():
    ImportFactory(state="imported", rejected=3)


MAKERS = {
    "applications": _application,
    "at-risk": lambda: RiskFactory(reasons=[{"code": "past_due"}] * 2),
    "book-of-business": _book_row,
    "commission-lines": _line,
    "dispute-packs": DisputePackFactory,
    "disputes": DisputeFactory,
    "eoi-requests": EoiRequestFactory,
    "expected-pay": ExpectedPayFactory,
    "group-mappings": PlanLinkFactory,
    "group-plans": lambda: GuaranteedIssueFactory(plan=GroupPlanFactory()),
    "groups": EmployerGroupFactory,
    "imports": _import,
    "inbox": _message,
    "webhooks": EndpointFactory,
}


def costs(script, path):
    """Queries of a page, and the records on it; what is remembered was asked for before."""
    script.get(path)
    with CaptureQueriesContext(connection) as seen:
        answer = script.get(path)
    assert answer.status_code == 200
    return len(seen), len(answer.json()["results"])


def test_every_collection_has_its_maker():
    assert {prefix for prefix, _, _ in router.registry} | {"inbox"} == set(MAKERS) | ELSEWHERE


@pytest.mark.parametrize("prefix", sorted(MAKERS))
def test_of_a_list_is_the_same_whatever_is_on_it(script, prefix):
    MAKERS[prefix]()
    before, one = costs(script, f"{prefix}/")
    for _ in range(12):
        MAKERS[prefix]()

    after, more = costs(script, f"{prefix}/")

    assert (one, more) == (1, 13)
    assert before == after <= CEILING


def test_of_the_log_of_a_webhook_is_the_same_whatever_is_in_it(script):
    endpoint = EndpointFactory()
    path = f"webhooks/{endpoint.pk}/deliveries/"
    DeliveryFactory(endpoint=endpoint)
    before, _one = costs(script, path)
    DeliveryFactory.create_batch(12, endpoint=endpoint)

    assert costs(script, path) == (before, 13)
    assert before <= CEILING


@pytest.mark.parametrize("prefix", ["book-of-business", "commission-lines"])
def test_of_a_search_is_the_same_whatever_it_finds(script, prefix):
    factory = BookRowFactory if prefix == "book-of-business" else CommissionLineFactory

    def found():
        script.post(f"{prefix}/search/", {"policy_number": "az-1"})
        with CaptureQueriesContext(connection) as seen:
            answer = script.post(f"{prefix}/search/", {"policy_number": "00AZ1"})
        return len(seen), len(answer.json()["results"])

    factory(policy_number="AZ-1")
    before, one = found()
    factory.create_batch(12, policy_number="AZ-1")
    factory(policy_number="AZ-12")

    assert one == 1
    assert found() == (before, 13)
    assert before <= CEILING
