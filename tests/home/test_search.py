"""The search over everything: what it finds, for whom, and what it leaves behind."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from agencyhub.accounts.models import Role
from individuals.models import Look
from individuals.services import looks
from integrations.plancompare.models import EnrollmentKey
from policies.selectors import holders
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import MBI, IndividualFactory, SalesRecordFactory
from tests.factories.policies import (
    CarrierAliasFactory,
    CarrierFactory,
    CarrierProductFactory,
    PolicyFactory,
)

pytestmark = pytest.mark.django_db
SEARCH = "/search/"
HTMX = {"headers": {"HX-Request": "true"}}
RIGHTS = {
    "individuals": "individuals.view_individual",
    "sales records": "individuals.view_salesrecord",
    "policies": "policies.view_policy",
    "carriers": "policies.view_carrier",
    "carrier products": "policies.view_carrierproduct",
    "agents": "accounts.view_agent",
}


def browser(*rights, reach=Role.Scope.ALL):
    user = UserFactory(may=list(rights), may__reach=reach)
    client = Client()
    client.force_login(user)
    return client, user


def found(client, text):
    """The palette's answer: the addresses that it offers, and all of it as text."""
    html = client.post(SEARCH, {"q": text}, **HTMX).content.decode()
    return re.findall(r'<a [^>]*href="([^"]*)"', html), html


@pytest.fixture
def world():
    """One record of each kind."""
    person = IndividualFactory(last_name="Vandersloot", mbi=MBI, cell_phone="6415550123")
    carrier = CarrierFactory(name="Prairie Mutual")
    CarrierAliasFactory(carrier=carrier, name="Heartland Life")
    policy = PolicyFactory(subscriber=person, carrier=carrier, policy_number="00AB-123")
    EnrollmentKey.objects.create(
        key="x", is_confirmation=True, policy=policy, last_message_id=1,
        confirmation_number="CN-000456",
    )  # fmt: skip
    product = CarrierProductFactory(carrier=carrier, name="Gold Plus", plan_id="H5216-001-000")
    agent = AgentFactory(first_name="Sam", last_name="Quill", npn="7654321")
    record = SalesRecordFactory(last_name="Vandersloot", mbi=MBI)
    return {
        "individuals": f"/individuals/{person.pk}/",
        "sales records": f"/sales-records/{record.pk}/",
        "policies": f"/policies/{policy.pk}/",
        "carriers": f"/carriers/{carrier.pk}/",
        "carrier products": f"/carrier-products/{product.pk}/",
        "agents": reverse("accounts:agent_detail", args=[agent.pk]),
    }


CASES = [
    ("vander", {"individuals", "sales records"}, "<mark></mark>"),
    ("vandresloot", {"individuals", "sales records"}, "Spelled like"),
    ("641 555-0123", {"individuals"}, "<mark>(641) 555-0123</mark>"),
    (MBI.lower(), {"individuals", "sales records"}, "•••••••<mark>MK73</mark>"),
    ("ab123", {"policies"}, "<mark>00AB-123</mark>"),
    ("00AB-1", {"policies"}, "<mark>00AB-1</mark>23"),
    ("cn456", set(), ""),
    ("CN-000456", {"policies"}, "Confirmation number"),
    ("cn000456", {"policies"}, "<mark>CN-000456</mark>"),
    ("prairie", {"carriers"}, ""),
    ("prarie mutual", {"carriers"}, ""),
    ("heartland", {"carriers"}, "<mark>Heartland</mark> Life"),
    ("h5216001", {"carrier products"}, "<mark>H5216-001-000</mark>"),
    ("H5216-001", {"carrier products"}, "<mark>H5216-001</mark>-000"),
    ("gold pl", {"carrier products"}, ""),
    ("quill sam", {"agents"}, ""),
    ("76543", {"agents"}, "NPN"),
]


class TestKinds:
    @pytest.mark.parametrize(("text", "kinds", "words"), CASES)
    def test_are_found_and_say_what_was_hit(self, world, text, kinds, words):
        client, _ = browser(*RIGHTS.values())

        addresses, html = found(client, text)

        assert set(addresses) == {world[kind] for kind in kinds}
        assert not words or words == "<mark></mark>" or words in html

    def test_who_fits_does_not_come_a_second_time_as_spelled_alike(self):
        fits = IndividualFactory(first_name="Doris", last_name="Holmes")
        alike = IndividualFactory(first_name="Dennis", last_name="Holmes")
        client, _ = browser("individuals.view_individual")

        addresses, html = found(client, "holmes dor")

        assert addresses == [f"/individuals/{one.pk}/" for one in (fits, alike)]
        assert html.count("Spelled like") == 1

    @pytest.mark.parametrize("missing", RIGHTS)
    def test_need_their_right(self, world, missing):
        client, _ = browser(*(right for kind, right in RIGHTS.items() if kind != missing))

        for text, kinds, _words in CASES:
            if missing in kinds:
                assert world[missing] not in found(client, text)[0]

    def test_out_of_the_book_are_as_if_they_were_not(self, world):
        client, _ = browser(*RIGHTS.values(), reach=Role.Scope.OWN)

        for text in ("vander", "vandresloot", "641 555-0123", MBI, "ab123", "CN-000456"):
            nothing = found(client, "zzyzx123")[1]
            assert found(client, text)[1] == nothing


class TestPoliciesOfOtherBooks:
    """An additional agent of a policy, whose holder is in somebody else's book."""

    @pytest.fixture
    def policy(self):
        person = IndividualFactory(first_name="Charles", last_name="Vandersloot")
        policy = PolicyFactory(subscriber=person)
        policy.additional_agents.add(AgentFactory())
        return policy

    def _browser(self, policy, reach=Role.Scope.OWN):
        client, user = browser(*RIGHTS.values(), reach=reach)
        policy.additional_agents.update(user=user)
        return client

    @pytest.mark.parametrize("text", ["vandersloot", "charles vander", "Vandersloot, C"])
    def test_are_found_by_name(self, policy, text):
        addresses, html = found(self._browser(policy), text)

        assert addresses == [f"/policies/{policy.pk}/"]
        assert "Policies of Individuals in other books" in html

    def test_are_found_among_many_of_one_name(self, policy, monkeypatch):
        monkeypatch.setattr(holders, "MOST", 2)
        client = self._browser(policy)
        elsewhere = IndividualFactory.create_batch(3, first_name="Ann", last_name="Vandersloot")
        type(policy).objects.filter(pk=policy.pk).update(subscriber=elsewhere[-1])

        assert found(client, "vandersloot")[0] == [f"/policies/{policy.pk}/"]

    def test_are_not_found_by_who_sees_the_person(self, policy):
        addresses, _html = found(self._browser(policy, Role.Scope.ALL), "vandersloot")

        assert addresses == [f"/individuals/{policy.subscriber_id}/"]

    def test_are_not_found_by_others(self, policy):
        client, _user = browser(*RIGHTS.values(), reach=Role.Scope.OWN)

        assert found(client, "vandersloot")[0] == []

    def test_need_the_right_to_policies(self, policy):
        rights = [right for kind, right in RIGHTS.items() if kind != "policies"]
        client, user = browser(*rights, reach=Role.Scope.OWN)
        policy.additional_agents.update(user=user)

        assert found(client, "vandersloot")[0] == []


class TestPage:
    def test_offers_a_sales_record_for_who_is_not_found(self):
        client, _user = browser(RIGHTS["sales records"], "individuals.add_salesrecord")
        other, _user = browser(RIGHTS["sales records"])

        offered = [one.post(SEARCH, {"q": "zzyzx"}).content.decode() for one in (client, other)]

        link = reverse("individuals:salesrecord_create")
        assert [f'class="btn btn-primary" href="{link}"' in page for page in offered] == [
            True,
            False,
        ]

    def test_works_without_scripts(self, world):
        client, _ = browser(*RIGHTS.values())

        html = client.post(SEARCH, {"q": "vander"}).content.decode()

        assert world["individuals"] in html
        assert 'method="post"' in html

    def test_is_stored_nowhere(self):
        client, _ = browser()

        assert "no-store" in client.post(SEARCH, {"q": "vander"})["Cache-Control"]

    def test_needs_a_sign_in(self):
        assert Client().post(SEARCH, {"q": "vander"}).status_code == 302

    def test_takes_few_queries(self, world, django_assert_max_num_queries):
        client, _ = browser(*RIGHTS.values())
        for text, most in (("va", 14), ("0123", 16), ("vandresloot", 34)):
            with django_assert_max_num_queries(most):
                found(client, text)


class TestMbi:
    def test_a_search_by_it_is_noted(self, world):
        client, user = browser(*RIGHTS.values())

        found(client, "MK73")
        assert not Look.objects.exists()
        found(client, MBI)

        look = Look.objects.get()
        assert (look.user, look.how) == (user, Look.How.SEARCH)
        assert f"/individuals/{look.individual_id}/" == world["individuals"]


class TestStart:
    def test_offers_what_the_user_may_start_and_saw_lately(self):
        client, user = browser("individuals.view_individual", "individuals.add_individual")
        seen, gone = IndividualFactory(), IndividualFactory()
        looks.record(user=user, individual_ids=[seen.pk, gone.pk], how=Look.How.SCREEN)
        gone.delete()

        html = client.get(SEARCH, **HTMX).content.decode()

        assert f"/individuals/{seen.pk}/" in html
        assert f"/individuals/{gone.pk}/" not in html
        assert "New Individual" in html
        assert "New Sales Record" not in html

    def test_goes_to_pages_that_the_user_may_open(self):
        client, _ = browser("accounts.view_user")

        addresses, html = found(client, "sett us")
        assert addresses == [reverse("accounts:user_list")]
        assert "Settings › Users" in html
        assert reverse("records:option_list") not in found(client, "option")[0]

    def test_a_letter_finds_pages_only(self, world):
        client, _ = browser(*RIGHTS.values())

        assert found(client, "c")[0][0] == reverse("policies:carrier_list")
