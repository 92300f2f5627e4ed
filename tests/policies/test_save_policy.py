"""Rules of a policy that is created or edited."""

from datetime import date

import pytest

from agencyhub.accounts.models import Agent
from agencyhub.records.models import Change
from policies.models import Policy
from policies.services import policies
from tests.factories.policies import (
    CarrierFactory,
    CarrierProductFactory,
    PolicyFactory,
)

pytestmark = pytest.mark.django_db


def agent(last_name: str = "Rivera") -> Agent:
    return Agent.objects.create(first_name="Sam", last_name=last_name)


class TestSavePolicy:
    def test_stores_a_policy_with_its_additional_agents(self):
        policy = PolicyFactory.build(
            subscriber=PolicyFactory().subscriber,
            carrier=CarrierFactory(),
            policy_number="  H 123  ",
        )

        policies.save_policy(policy=policy, additional_agents=[agent("Rivera"), agent("Stone")])

        saved = Policy.objects.get(pk=policy.pk)
        assert saved.policy_number == "H 123"
        assert [one.last_name for one in saved.additional_agents.order_by("last_name")] == [
            "Rivera",
            "Stone",
        ]

    def test_changes_only_the_additional_agents_that_differ(self):
        policy, stays, goes, comes = PolicyFactory(), agent("A"), agent("B"), agent("C")
        policies.save_policy(policy=policy, additional_agents=[stays, goes])
        Change.objects.all().delete()

        policies.save_policy(policy=policy, additional_agents=[stays, comes])

        assert set(policy.additional_agents.all()) == {stays, comes}
        changes = Change.objects.filter(table_name="policies_policyagent").order_by("pk")
        assert [change.action for change in changes] == ["delete", "insert"]

    def test_leaves_additional_agents_alone_unless_told(self):
        policy, other = PolicyFactory(), agent()
        policies.save_policy(policy=policy, additional_agents=[other])

        policies.save_policy(policy=policy)

        assert list(policy.additional_agents.all()) == [other]

    def test_writes_only_the_named_fields(self):
        policy = PolicyFactory(notes="before")
        Policy.objects.filter(pk=policy.pk).update(notes="typed by a colleague")
        policy.policy_number = "NEW-1"

        policies.save_policy(policy=policy, fields={"policy_number"})

        policy.refresh_from_db()
        assert (policy.policy_number, policy.notes) == ("NEW-1", "typed by a colleague")

    def test_refuses_a_product_of_another_carrier(self):
        policy = PolicyFactory(carrier__name="Prairie Mutual")
        policy.product = CarrierProductFactory(name="Bluestem Gold")

        with pytest.raises(policies.ProductOfAnotherCarrierError) as refusal:
            policies.save_policy(policy=policy)

        assert refusal.value.field == "product"
        assert refusal.value.message == "Bluestem Gold is not a product of Prairie Mutual."
        policy.refresh_from_db()
        assert policy.product is None

    def test_refuses_to_end_before_the_first_day(self):
        policy = PolicyFactory(effective_date=date(2026, 3, 1))
        policy.termination_date = date(2026, 2, 28)

        with pytest.raises(policies.PolicyDatesError) as refusal:
            policies.save_policy(policy=policy)

        assert refusal.value.field == "termination_date"
        policy.refresh_from_db()
        assert policy.termination_date is None

    def test_refuses_a_number_that_the_carrier_uses_for_another_policy(self):
        other = PolicyFactory(policy_number="H123")
        policy = PolicyFactory(carrier=other.carrier, policy_number="H124")
        policy.policy_number = " H123 "

        with pytest.raises(policies.PolicyNumberTakenError) as refusal:
            policies.save_policy(policy=policy)

        assert refusal.value.field == "policy_number"
        policy.refresh_from_db()
        assert policy.policy_number == "H124"

    def test_allows_the_number_for_another_carrier_and_blanks_for_all(self):
        first = PolicyFactory(policy_number="H123")

        policies.save_policy(policy=PolicyFactory(policy_number="H123"))
        policies.save_policy(policy=PolicyFactory(carrier=first.carrier, policy_number=""))
        policies.save_policy(policy=PolicyFactory(carrier=first.carrier, policy_number=""))

        assert Policy.objects.count() == 4

    def test_refuses_the_servicing_agent_as_additional_agent(self):
        one = agent()
        policy = PolicyFactory(servicing_agent=one)

        with pytest.raises(policies.AgentNamedTwiceError) as refusal:
            policies.save_policy(policy=policy, additional_agents=[one])

        assert refusal.value.field == "additional_agents"
        assert not policy.additional_agents.exists()
