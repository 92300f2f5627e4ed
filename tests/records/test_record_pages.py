"""How many statements the page of one record takes, however much belongs to the record."""

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from commissions.models import BookLink, LineLink
from individuals.models import DuplicatePair, RevealLog
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.individuals import (
    AddressFactory,
    IndividualFactory,
    SalesOpportunityFactory,
    SalesRecordFactory,
)
from tests.factories.plancompare import PlanCompareUserFactory, QuotingLinkFactory, SiteFactory
from tests.factories.policies import (
    CarrierProductFactory,
    PaymentFactory,
    PolicyFactory,
    PremierTermFactory,
    RiskFactory,
    StandingFactory,
)

pytestmark = pytest.mark.django_db
RIGHTS = [
    *(f"individuals.view_{one}" for one in ("individual", "salesrecord", "salesopportunity")),
    *(f"policies.view_{one}" for one in ("policy", "payment", "risk", "carrier", "carrierproduct")),
    *(f"commissions.view_{one}" for one in ("application", "bookrow", "commissionline")),
    "commissions.view_expectedpay",
]
# Of a record with little, of one with much; user, roles, rights and reach are four of each.
PAGES = {
    "individuals:individual": (28, 33),
    "policies:policy": (23, 24),
    "commissions:application": (17, 15),
    "policies:carrier": (14, 14),
    "policies:carrierproduct": (12, 12),
    "commissions:bookrow": (12, 13),
    "commissions:commissionline": (12, 13),
    "individuals:salesrecord": (18, 18),
}


@pytest.fixture
def agent(client):
    """An agent who sees the own book, signed in."""
    found = AgentFactory(user=UserFactory(may=RIGHTS, may__reach=Role.Scope.OWN))
    QuotingLinkFactory(site=SiteFactory())
    PlanCompareUserFactory(user=found.user)
    client.force_login(found.user)
    return found


@pytest.fixture
def records(agent):
    """One record of each kind, with little of it there is: no payments, no links, no dependents."""
    person = IndividualFactory(servicing_agent=agent)
    AddressFactory(individual=person)
    product = CarrierProductFactory()
    policy = PolicyFactory(
        subscriber=person, carrier=product.carrier, product=product, servicing_agent=agent
    )
    return {
        "individuals:individual": person,
        "policies:policy": policy,
        "policies:carrier": product.carrier,
        "policies:carrierproduct": product,
        "commissions:application": ApplicationFactory(
            agent=agent, individual=person, policy=policy, carrier=product.carrier
        ),
        "commissions:bookrow": BookRowFactory(agent=agent, carrier=product.carrier),
        "commissions:commissionline": CommissionLineFactory(agent=agent, carrier=product.carrier),
        "individuals:salesrecord": SalesRecordFactory(assigned_agent=agent),
    }


@pytest.fixture
def fuller(records, agent):
    """The same records with several of everything that may belong to them."""
    person, policy = records["individuals:individual"], records["policies:policy"]
    PremierTermFactory(carrier=policy.carrier)
    others = AgentFactory.create_batch(3)
    person.additional_agents.set(others)
    policy.additional_agents.set(others)
    for twin in IndividualFactory.create_batch(3, servicing_agent=agent):
        DuplicatePair.objects.create(first=person, second=twin, score=90, door="screen")
    SalesRecordFactory.create_batch(3, individual=person, assigned_agent=agent)
    SalesOpportunityFactory.create_batch(3, individual=person)
    policies = [
        policy,
        *PolicyFactory.create_batch(
            3, subscriber=person, carrier=policy.carrier, servicing_agent=agent
        ),
    ]
    for one in policies:
        StandingFactory(policy=one)
        PaymentFactory(policy=one)
        RiskFactory(policy=one)
        _paid(one, agent)
    _paid(policy, agent, records["commissions:application"], records)
    for reason in ("Call", "Form"):
        RevealLog.objects.create(individual=person, user=agent.user, reason=reason)
        RevealLog.objects.create(
            sales_record=records["individuals:salesrecord"], user=agent.user, reason=reason
        )
    return records


def _paid(policy, agent, application=None, records=None):
    """Link an application of the policy to a book row and to a line, or to those of ``records``."""
    made = application or ApplicationFactory(
        agent=agent, individual=policy.subscriber, policy=policy, carrier=policy.carrier
    )
    tie = {"application": made, "state": 1, "method": 3, "score": 1, "reasons": []}
    given = records or {}
    row = given.get("commissions:bookrow") or BookRowFactory(agent=agent)
    line = given.get("commissions:commissionline") or CommissionLineFactory(agent=agent)
    BookLink.objects.create(book_row=row, **tie)
    LineLink.objects.create(line=line, **tie)
    LineLink.objects.create(line=CommissionLineFactory(agent=agent), **tie)


@pytest.mark.parametrize("name", PAGES)
class TestStatements:
    def test_of_a_record_with_little(self, name, client, records, django_assert_max_num_queries):
        url = reverse(f"{name}_detail", args=[records[name].pk])
        client.get(url)

        with django_assert_max_num_queries(PAGES[name][0]) as asked:
            assert client.get(url).status_code == 200

        assert_each_once(asked)

    def test_of_a_record_with_much(self, name, client, fuller, django_assert_max_num_queries):
        url = reverse(f"{name}_detail", args=[fuller[name].pk])
        client.get(url)

        with django_assert_max_num_queries(PAGES[name][1]) as asked:
            assert client.get(url).status_code == 200

        assert_each_once(asked)


def assert_each_once(asked):
    """No statement of a page is asked twice with the same values."""
    statements = [one["sql"] for one in asked.captured_queries]
    assert len(statements) == len(set(statements))
