"""Policies, carriers, carrier products and agents over the API."""

import pytest

from agencyhub.accounts.models import Agent
from policies.models import Carrier, CarrierAlias, Policy
from tests.api.conftest import Script, errors_of
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import CarrierFactory, CarrierProductFactory, PolicyFactory

pytestmark = pytest.mark.django_db


def policy_of(person, product, **more):
    return {
        "subscriber": person.pk,
        "carrier": product.carrier_id,
        "product": product.pk,
        "status": "Active",
        "coverage_type": "MAPD",
        "policy_number": "AZ-1",
        "effective_date": "2026-01-01",
        "premium": "28.50",
        **more,
    }


class TestPolicies:
    def test_are_created_and_changed_by_the_rules_of_the_screen(self, script):
        person, product = IndividualFactory(), CarrierProductFactory()

        created = script.post("policies/", policy_of(person, product))

        assert created.status_code == 201, created.content
        policy = Policy.objects.get()
        assert created.json()["premium"] == "28.50"
        path = f"policies/{policy.pk}/"
        changed = script.change(path, {"termination_date": "2026-12-31"})
        assert changed.json()["termination_date"] == "2026-12-31"
        policy.refresh_from_db()
        assert policy.policy_number == "AZ-1"

    @pytest.mark.parametrize(
        ("more", "status", "field"),
        [
            ({"termination_date": "2025-12-31"}, 409, "termination_date"),
            ({"premium": "-1"}, 422, "premium"),
            ({"status": None}, 422, "status"),
            ({"status": "Nonsense"}, 422, "status"),
            ({"subscriber": 999_999}, 422, "subscriber"),
            ({"carrier": 999_999}, 422, "carrier"),
        ],
    )
    def test_are_refused_with_the_field(self, script, more, status, field):
        body = policy_of(IndividualFactory(), CarrierProductFactory(), **more)

        answer = script.post("policies/", body)

        assert (answer.status_code, set(errors_of(answer))) == (status, {field})
        assert not Policy.objects.exists()

    def test_have_one_number_per_carrier(self, script):
        product = CarrierProductFactory()
        PolicyFactory(carrier=product.carrier, policy_number="AZ-1")

        answer = script.post("policies/", policy_of(IndividualFactory(), product))

        assert (answer.status_code, answer.json()["code"]) == (409, "policy_number_taken")

    def test_belong_to_their_subscriber_for_good(self, script):
        policy, other = PolicyFactory(), IndividualFactory()

        answer = script.change(f"policies/{policy.pk}/", {"subscriber": other.pk})

        assert errors_of(answer) == {"subscriber": "fixed"}

    def test_of_others_people_cannot_be_made(self):
        may = ["policies.add_policy", "policies.view_policy"]
        script = Script(UserFactory(may=may, may__reach="own"))

        answer = script.post("policies/", policy_of(IndividualFactory(), CarrierProductFactory()))

        assert errors_of(answer) == {"subscriber": "does_not_exist"}


class TestCarriersAndProducts:
    def test_keep_a_former_name(self, script):
        carrier = CarrierFactory(name="Humana")

        answer = script.change(f"carriers/{carrier.pk}/", {"name": "Humana Inc"})

        assert answer.json()["aliases"] == ["Humana"]
        assert CarrierAlias.objects.get().carrier == carrier

    def test_have_names_of_their_own(self, script):
        CarrierFactory(name="Humana")

        answer = script.post("carriers/", {"name": "HUMANA"})

        assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
        assert Carrier.objects.count() == 1

    def test_are_made_active(self, script):
        carrier = script.post("carriers/", {"name": "Humana"}).json()
        product = script.post(
            "carrier-products/", {"carrier": carrier["id"], "name": "Gold"}
        ).json()

        assert (carrier["is_active"], product["is_active"]) == (True, True)
        path = f"carrier-products/{product['id']}/"
        assert (
            script.change(path, {"plan_year": 2027, "coverage_type": "MAPD"}).json()[
                "coverage_type"
            ]
            == "MAPD"
        )
        assert errors_of(script.change(path, {"carrier": CarrierFactory().pk})) == {
            "carrier": "fixed"
        }


class TestAgents:
    def test_are_created_and_changed(self, script):
        made = script.post("agents/", {"first_name": "Sam", "last_name": "Seller", "npn": "123"})

        assert made.status_code == 201, made.content
        path = f"agents/{made.json()['id']}/"
        assert script.change(path, {"phone": "515-555-0100"}).json()["phone"] == "5155550100"

    def test_share_no_npn(self, script):
        AgentFactory(npn="123")

        answer = script.post("agents/", {"first_name": "Bo", "last_name": "B", "npn": "123"})

        assert errors_of(answer) == {"npn": "invalid"}

    def test_keep_who_logs_in_as_them(self, script):
        user = UserFactory()
        agent = AgentFactory(user=user)
        path = f"agents/{agent.pk}/"
        read = script.get(path).json()

        script.change(path, {**read, "user": None, "first_name": "Samuel"}, method="put")

        agent = Agent.objects.get()
        assert (agent.user, agent.first_name) == (user, "Samuel")
