"""What a caller is told when something of another's book stands in the way."""

import pytest

from individuals.models import Individual
from policies.models import Policy
from tests.api.conftest import Script
from tests.api.test_applications import BODY
from tests.api.test_policies import policy_of
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import CarrierProductFactory, PolicyFactory

pytestmark = pytest.mark.django_db
ANA = {"first_name": "Ana", "last_name": "Lopez"}
MAY = [
    *("individuals.add_individual", "individuals.view_individual"),
    *("policies.add_policy", "policies.view_policy", "commissions.add_application"),
    *("commissions.view_application", "commissions.change_application"),
]


@pytest.fixture
def agent():
    """Somebody who sees their own book."""
    return AgentFactory(user=UserFactory(may=MAY, may__reach="own"))


@pytest.fixture
def script(agent):
    return Script(agent.user)


class TestRepeats:
    def make(self, script, agent):
        return script.post(
            "individuals/", {**ANA, "servicing_agent": agent.pk}, idempotency_key="job-1"
        )

    def test_show_the_record_as_long_as_the_caller_sees_it(self, script, agent):
        first, again = self.make(script, agent), self.make(script, agent)

        assert (first.status_code, again.status_code) == (201, 201), first.content
        assert again["Location"] == first["Location"]

    def test_of_a_record_that_moved_or_went_say_the_same_and_what_to_do(self, script, agent):
        made = self.make(script, agent).json()
        person = Individual.objects.filter(pk=made["id"])
        person.update(servicing_agent=AgentFactory(last_name="Zanzibar"))
        moved = self.make(script, agent)
        person.update(servicing_agent=None)
        nobodys = self.make(script, agent)
        person.delete()
        gone = self.make(script, agent)

        assert moved.status_code == 409
        assert moved.json()["code"] == "repeated_out_of_sight"
        assert "nothing was done again" in moved.json()["detail"]
        assert "another Idempotency-Key" in moved.json()["detail"]
        assert moved.content == nobodys.content == gone.content
        assert "Location" not in moved
        assert "ETag" not in moved
        assert f"{made['id']}" not in moved.content.decode()
        assert Individual.objects.count() == 0

    def test_under_another_key_are_another_record(self, script, agent):
        made = self.make(script, agent).json()
        Individual.objects.filter(pk=made["id"]).update(servicing_agent=AgentFactory())

        other = script.post(
            "individuals/", {**ANA, "servicing_agent": agent.pk}, idempotency_key="job-2"
        )

        assert other.status_code == 201
        assert other.json()["id"] != made["id"]


class TestTaken:
    def policy(self, script, agent, product):
        person = IndividualFactory(servicing_agent=agent)
        return script.post("policies/", policy_of(person, product))

    def test_numbers_of_policies_are_refused_alike_whosever_they_are(self, script, agent):
        product = CarrierProductFactory()
        mine = PolicyFactory(
            subscriber__servicing_agent=agent, carrier=product.carrier, policy_number="AZ-1"
        )
        own = self.policy(script, agent, product)
        Individual.objects.filter(pk=mine.subscriber_id).update(servicing_agent=AgentFactory())

        anothers = self.policy(script, agent, product)

        assert (own.status_code, own.json()["code"]) == (409, "policy_number_taken"), own.content
        assert own.content == anothers.content
        told = own.json()["detail"]
        assert "ask an administrator" in told
        assert not [word for word in ("nother policy", "AZ-1", "agent", "book") if word in told]
        assert Policy.objects.count() == 1

    def test_ids_of_applications_name_nobody(self, script):
        ApplicationFactory(source="api", external_id="crm-7", last_name="Zanzibar")

        answer = script.post("applications/", BODY)

        assert (answer.status_code, answer.json()["code"]) == (409, "external_id_taken")
        told = answer.json()["detail"]
        assert "prefix of your own" in told
        assert not [
            word for word in ("nother caller", "Zanzibar", "application has") if word in told
        ]
