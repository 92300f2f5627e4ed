"""Pages of policies: whole, in parts, out of reach, and at what cost."""

from datetime import date

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Agent, Role
from agencyhub.records.models import Change
from policies.models import Policy
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import (
    CarrierFactory,
    CarrierProductFactory,
    PolicyFactory,
    coverage_type,
    policy_status,
)
from tests.factories.records import CustomFieldFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LIST = reverse("policies:policy_list")
SEARCH = reverse("policies:policy_search")


def form_data(policy: Policy, **values: object) -> dict[str, object]:
    """What the form of ``policy`` sends, with ``values`` typed over it."""
    data = {
        "carrier": policy.carrier_id,
        "product": policy.product_id or "",
        "coverage_type": policy.coverage_type_id,
        "status": policy.status_id,
        "policy_number": policy.policy_number,
        "effective_date": policy.effective_date or "",
        "termination_date": policy.termination_date or "",
        "premium": policy.premium or "",
        "servicing_agent": policy.servicing_agent_id or "",
        "notes": policy.notes,
    }
    return {**data, **values}


class TestPolicyDetail:
    def test_says_why_the_individual_cannot_be_opened(self, client, owner):
        policy = PolicyFactory(servicing_agent=AgentFactory())
        policy.additional_agents.add(own := AgentFactory())
        may = ["policies.view_policy", "individuals.view_individual"]
        agent = UserFactory(may=may, may__reach=Role.Scope.OWN)
        Agent.objects.filter(pk=own.pk).update(user=agent)
        url = reverse("policies:policy_detail", args=[policy.pk])
        told = "You see this policy, but the Individual is not in your book."

        assert told not in client.get(url).content.decode()
        client.force_login(agent)
        page = client.get(url)

        assert page.status_code == 200
        assert told in page.content.decode()
        assert f'href="/individuals/{policy.subscriber_id}/"' not in page.content.decode()

    def test_shows_the_policy(self, client, owner):
        policy = PolicyFactory(policy_number="AZ-1", carrier__name="Prairie Mutual")

        page = client.get(reverse("policies:policy_detail", args=[policy.pk])).content.decode()

        assert "Prairie Mutual · MAPD" in page
        assert "AZ-1" in page
        assert f"<title>Policy {policy.pk} ·" in page

    def test_hides_health_fields_from_those_without_the_right(self, client, agent):
        field = CustomFieldFactory(target="policy", key="dx", label="Diagnosis", is_health=True)
        policy = PolicyFactory(servicing_agent=agent, custom={field.key: "Asthma"})

        page = client.get(reverse("policies:policy_detail", args=[policy.pk])).content.decode()

        assert "Diagnosis" not in page
        assert "Asthma" not in page

    @pytest.mark.parametrize("role", ["detail", "edit", "terminate"])
    def test_is_not_found_out_of_reach(self, client, agent, role):
        policy = PolicyFactory()

        assert client.get(reverse(f"policies:policy_{role}", args=[policy.pk])).status_code == 404

    def test_costs_the_same_however_much_happened(
        self, client, owner, django_assert_max_num_queries
    ):
        policy = PolicyFactory(servicing_agent=AgentFactory())
        for number in range(12):
            Policy.objects.filter(pk=policy.pk).update(notes=f"note {number}")

        with django_assert_max_num_queries(22):
            client.get(reverse("policies:policy_detail", args=[policy.pk]))


class TestPolicyCreate:
    def url(self, individual) -> str:
        return f"{reverse('policies:policy_create')}?individual={individual.pk}"

    def test_starts_from_the_individual(self, client, owner):
        agent = AgentFactory(first_name="Rosa", last_name="Vale")
        individual = IndividualFactory(servicing_agent=agent)

        page = client.get(self.url(individual))

        form = page.context["form"]
        assert form["servicing_agent"].value() == agent.pk
        assert "Ana Lopez" in page.content.decode()

    def test_stores_the_policy_in_one_batch_of_the_user(self, client, owner):
        individual = IndividualFactory()
        carrier = CarrierFactory()
        product = CarrierProductFactory(carrier=carrier)
        field = CustomFieldFactory(target="policy", key="confirmation", label="Confirmation")
        extra = AgentFactory()
        draft = PolicyFactory.build(
            subscriber=individual,
            carrier=carrier,
            product=product,
            status=policy_status("Pending"),
            coverage_type=coverage_type("PDP"),
        )
        typed = {
            "premium": "$1,028.50",
            f"custom_{field.key}": "CN1",
            "additional_agents": [extra.pk],
        }

        answer = client.post(self.url(individual), form_data(draft, **typed))

        policy = Policy.objects.get()
        assert answer.url == reverse("policies:policy_detail", args=[policy.pk])
        assert policy.subscriber == individual
        assert (policy.carrier, policy.product) == (carrier, product)
        assert str(policy.premium) == "1028.50"
        assert policy.custom == {"confirmation": "CN1"}
        assert list(policy.additional_agents.all()) == [extra]
        changes = Change.objects.filter(table_name__in=["policies_policy", "policies_policyagent"])
        assert {change.batch.user for change in changes} == {owner}
        assert {change.batch.summary for change in changes} == {"Policy added"}

    def test_explains_a_number_that_is_taken(self, client, owner):
        other = PolicyFactory(policy_number="AZ-1")
        draft = PolicyFactory.build(carrier=other.carrier, subscriber=other.subscriber)
        data = form_data(
            draft,
            policy_number="AZ-1",
            status=other.status_id,
            coverage_type=other.coverage_type_id,
        )

        answer = client.post(self.url(other.subscriber), data)

        assert answer.status_code == 422
        assert "is not free" in str(answer.context["form"].errors["policy_number"])
        assert Policy.objects.get() == other

    def test_shows_the_chosen_carriers_products_without_judging_the_rest(self, client, owner):
        product = CarrierProductFactory(name="Choice PPO")
        data = {"carrier": product.carrier_id, "policy_number": "AZ-1", "refresh": "1"}

        answer = client.post(self.url(IndividualFactory()), data)

        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Choice PPO" in page
        assert "AZ-1" in page
        assert "Nothing was saved" not in page
        assert not Policy.objects.exists()

    def test_asks_for_whom_without_an_individual(self, client, owner):
        page = client.get(reverse("policies:policy_create"))

        assert "Whose policy is it?" in page.content.decode()

    def test_is_not_found_for_an_individual_out_of_reach(self, client, agent):
        assert client.get(self.url(IndividualFactory())).status_code == 404


class TestPolicyEdit:
    def test_stores_what_was_typed(self, client, owner):
        policy = PolicyFactory()
        url = reverse("policies:policy_edit", args=[policy.pk])

        client.post(url, form_data(policy, policy_number="AZ-9", effective_date="2026-02-01"))

        policy.refresh_from_db()
        assert (policy.policy_number, policy.effective_date) == ("AZ-9", date(2026, 2, 1))

    def test_writes_nothing_when_nothing_was_typed(self, client, owner):
        policy = PolicyFactory()
        before = Change.objects.count()

        client.post(reverse("policies:policy_edit", args=[policy.pk]), form_data(policy))

        assert Change.objects.count() == before

    def test_refuses_a_product_that_the_carrier_does_not_sell(self, client, owner):
        policy, product = PolicyFactory(), CarrierProductFactory()
        url = reverse("policies:policy_edit", args=[policy.pk])

        answer = client.post(url, form_data(policy, product=product.pk))

        assert answer.status_code == 422
        assert answer.context["form"].errors["product"] == [
            "The carrier does not sell this. Choose one of its products."
        ]
        policy.refresh_from_db()
        assert policy.product is None

    def test_keeps_what_is_no_longer_offered(self, client, owner):
        agent = AgentFactory(is_active=False)
        product = CarrierProductFactory(is_active=False, carrier__is_active=False)
        policy = PolicyFactory(carrier=product.carrier, product=product, servicing_agent=agent)
        url = reverse("policies:policy_edit", args=[policy.pk])

        answer = client.post(url, form_data(policy, notes="called"))

        assert answer.status_code == 302
        policy.refresh_from_db()
        assert (policy.product, policy.servicing_agent) == (product, agent)
        assert policy.notes == "called"


class TestPolicyTerminate:
    def test_ends_the_policy(self, client, owner):
        policy = PolicyFactory()
        data = {"termination_date": "2026-06-30", "status": policy_status("Terminated").pk}

        answer = client.post(reverse("policies:policy_terminate", args=[policy.pk]), data)

        assert answer.url == reverse("policies:policy_detail", args=[policy.pk])
        policy.refresh_from_db()
        assert policy.termination_date == date(2026, 6, 30)

    def test_explains_a_refusal(self, client, owner):
        policy = PolicyFactory(effective_date=date(2026, 7, 1))
        data = {"termination_date": "2026-06-30", "status": policy_status("Terminated").pk}

        answer = client.post(reverse("policies:policy_terminate", args=[policy.pk]), data)

        assert answer.status_code == 422
        assert "coverage starts on 07/01/2026" in answer.content.decode()
        policy.refresh_from_db()
        assert policy.termination_date is None

    def test_offers_only_statuses_that_mean_an_end(self, client, owner):
        page = client.get(reverse("policies:policy_terminate", args=[PolicyFactory().pk]))

        offered = page.context["form"].fields["status"].queryset
        assert [option.label for option in offered] == ["Terminated", "Lapsed"]


class TestProductChoices:
    def test_lists_the_active_products_of_the_carrier(self, client, owner):
        product = CarrierProductFactory(name="Choice PPO")
        CarrierProductFactory(name="Old PPO", carrier=product.carrier, is_active=False)
        CarrierProductFactory(name="Elsewhere PPO")
        url = reverse("policies:product_choices")

        box = client.get(url, {"carrier": product.carrier_id}, headers=HTMX).content.decode()

        assert "Choice PPO" in box
        assert "Old PPO" not in box
        assert "Elsewhere PPO" not in box
        assert 'id="id_product"' in box
