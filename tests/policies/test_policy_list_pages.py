"""The list of policies and the search by number: whole, in parts, within reach, at what cost."""

import pytest
from django.urls import reverse

from policies.models import Policy
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.policies import (
    CarrierProductFactory,
    PolicyFactory,
)

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


class TestPolicyList:
    def test_shows_the_newest_first(self, client, owner):
        old = PolicyFactory(policy_number="OLD-1")
        PolicyFactory(policy_number="NEW-1", carrier=old.carrier)

        page = client.get(LIST).content.decode()

        assert page.index("NEW-1") < page.index("OLD-1")
        assert "<!doctype html>" in page
        assert "Ana Lopez" in page
        assert "01/01/2026" in page
        assert "$28.50" in page

    def test_answers_htmx_with_the_table_only(self, client, owner):
        PolicyFactory(policy_number="NEW-1")

        page = client.get(LIST, headers=HTMX).content.decode()

        assert page.strip().startswith('<div id="list"')
        assert "NEW-1" in page

    def test_filters(self, client, owner):
        rivera = AgentFactory()
        kept = PolicyFactory(policy_number="KEPT", servicing_agent=rivera, pending=True)
        PolicyFactory(policy_number="OTHER", carrier=kept.carrier)
        wanted = [
            {"status": kept.status_id},
            {"agent": rivera.pk},
            {"status": kept.status_id, "carrier": kept.carrier_id, "agent": rivera.pk},
        ]

        for params in wanted:
            page = client.get(LIST, params).content.decode()
            assert "KEPT" in page
            assert "OTHER" not in page
        nobody = client.get(LIST, {"agent": "none"}).content.decode()
        assert "OTHER" in nobody
        assert "KEPT" not in nobody

    def test_says_when_it_shows_one_carrier_product_only(self, client, owner):
        product = CarrierProductFactory(name="Choice PPO")
        PolicyFactory(policy_number="KEPT", carrier=product.carrier, product=product)
        PolicyFactory(policy_number="OTHER", carrier=product.carrier)

        page = client.get(LIST, {"product": product.pk}).content.decode()

        assert "Carrier product:</span> Choice PPO<" in page
        assert "KEPT" in page
        assert "OTHER" not in page

    def test_pages_on_with_the_filters_kept(self, client, owner):
        first = PolicyFactory()
        rest = [
            PolicyFactory(carrier=first.carrier, subscriber=first.subscriber) for _ in range(51)
        ]

        page = client.get(LIST, {"carrier": first.carrier_id})
        onward = page.context["page"].next_url
        second = client.get(onward)

        assert onward == f"{LIST}?carrier={first.carrier_id}&after={rest[1].pk}"
        assert second.context["table"].pks == [rest[0].pk, first.pk]
        assert second.context["page"].prev_url.endswith(f"before={rest[0].pk}")

    def test_shows_an_agent_only_their_own_book(self, client, agent):
        PolicyFactory(policy_number="OWN", servicing_agent=agent)
        PolicyFactory(policy_number="PARENT", subscriber__servicing_agent=agent)
        additional = PolicyFactory(policy_number="ADDITIONAL")
        additional.additional_agents.add(agent)
        PolicyFactory(policy_number="FOREIGN")

        page = client.get(LIST).content.decode()

        assert all(number in page for number in ("OWN", "PARENT", "ADDITIONAL"))
        assert "FOREIGN" not in page

    @pytest.mark.parametrize("url", [LIST, SEARCH, reverse("policies:policy_create")])
    def test_refuses_without_the_permission(self, client, url):
        client.force_login(UserFactory(may=[]))

        assert client.get(url).status_code == 403

    def test_asks_to_sign_in(self, client):
        assert client.get(LIST).status_code == 302


class TestPolicySearch:
    @pytest.mark.parametrize("typed", ["AZ-00123", "az00123", " AZ 00123 ", "AZ-001"])
    def test_finds_a_number_with_or_without_zeros_and_dashes(self, client, owner, typed):
        PolicyFactory(policy_number="00AZ-00123")
        PolicyFactory(policy_number="BZ-00123")

        page = client.post(SEARCH, {"number": typed}).content.decode()

        assert "00AZ-00123" in page
        assert "BZ-00123" not in page

    def test_answers_htmx_with_the_table_only(self, client, owner):
        PolicyFactory(policy_number="AZ-1")

        page = client.post(SEARCH, {"number": "az1"}, headers=HTMX).content.decode()

        assert page.strip().startswith('<div id="list"')
        assert "1 policy</span>" in page

    @pytest.mark.parametrize("typed", ["000", "%", "_", "--"])
    def test_finds_nothing_by_nothing(self, client, owner, typed):
        PolicyFactory(policy_number="")
        PolicyFactory(policy_number="AZ-1")

        page = client.post(SEARCH, {"number": typed}).content.decode()

        assert "No policy has this number" in page
        assert 'href="/search/">Search everything to find policies by a name' in page

    def test_finds_only_what_the_user_may_see(self, client, agent):
        PolicyFactory(policy_number="AZ-1", servicing_agent=agent)
        PolicyFactory(policy_number="AZ-12")

        page = client.post(SEARCH, {"number": "AZ-1"})

        found = Policy.objects.filter(pk__in=page.context["table"].pks)
        assert [row.policy_number for row in found] == ["AZ-1"]

    def test_sends_an_empty_search_back_to_the_list(self, client, owner):
        assert client.post(SEARCH, {"number": " "}).url == LIST
        assert client.get(SEARCH).url == LIST
