"""Pages of carriers and carrier products: whole, in parts, and at what cost."""

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from agencyhub.records.models import Batch
from policies.models import Carrier, CarrierAlias
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.policies import (
    CarrierAliasFactory,
    CarrierFactory,
    CarrierProductFactory,
    PolicyFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
CARRIERS = reverse("policies:carrier_list")
PRODUCTS = reverse("policies:carrierproduct_list")


def url(role: str, *args: object) -> str:
    return reverse(f"policies:{role}", args=args)


class TestCarrierList:
    def test_counts_products_and_policies(self, client, owner):
        policy = PolicyFactory(carrier__name="Prairie Mutual")
        PolicyFactory(carrier=policy.carrier)
        CarrierProductFactory(carrier=policy.carrier)

        page = client.get(CARRIERS)

        policies = reverse("policies:policy_list")
        assert f'<a href="{PRODUCTS}?carrier={policy.carrier_id}&amp;state=all">1</a>' in page.text
        assert f'<a href="{policies}?carrier={policy.carrier_id}">2</a>' in page.text

    def test_counts_only_the_policies_that_the_user_may_see_on_the_page_of_one(self, client):
        user = UserFactory(may=["policies.view_carrier"], may__reach=Role.Scope.OWN)
        policy = PolicyFactory(servicing_agent=AgentFactory(user=user))
        PolicyFactory(carrier=policy.carrier)
        client.force_login(user)

        every = client.get(CARRIERS)
        one = client.get(reverse("policies:carrier_detail", args=[policy.carrier_id]))

        assert ">Show</a>" in every.text
        assert one.context["policy_count"] == 1

    def test_answers_htmx_with_the_table_only(self, client, owner):
        CarrierFactory(name="Prairie Mutual")

        page = client.get(CARRIERS, headers=HTMX).content.decode()

        assert page.strip().startswith('<div id="list"')
        assert "Prairie Mutual" in page

    @pytest.mark.parametrize(
        ("params", "names"),
        [
            ({}, ["Bluestem", "New One"]),
            ({"state": "review"}, ["New One"]),
            ({"state": "inactive"}, ["Old One"]),
            ({"state": "all"}, ["Bluestem", "New One", "Old One"]),
            ({"name": "BLUE stem"}, ["Bluestem"]),
            ({"name": "known as"}, ["Bluestem"]),
            ({"name": "nothing"}, []),
        ],
    )
    def test_filters(self, client, owner, params, names):
        CarrierAliasFactory(name="Once known as", carrier__name="Bluestem")
        CarrierFactory(name="New One", from_partner=True)
        CarrierFactory(name="Old One", is_active=False)

        page = client.get(CARRIERS, params)

        shown = Carrier.objects.filter(pk__in=page.context["table"].pks).order_by("name")
        assert [carrier.name for carrier in shown] == names

    @pytest.mark.parametrize(
        ("role", "args"),
        [
            ("carrier_list", ()),
            ("carrier_create", ()),
            ("carrier_detail", (1,)),
            ("carrier_edit", (1,)),
            ("carrier_merge", (1,)),
            ("carrierproduct_list", ()),
            ("carrierproduct_create", (1,)),
            ("carrierproduct_detail", (1,)),
            ("carrierproduct_edit", (1,)),
        ],
    )
    def test_refuses_without_the_permission(self, client, role, args):
        client.force_login(UserFactory(may=["policies.view_policy"]))

        assert client.get(url(role, *args)).status_code == 403


class TestCarrierDetail:
    def test_offers_to_confirm_what_a_partner_made(self, client, owner):
        carrier = CarrierFactory(from_partner=True)

        page = client.get(url("carrier_detail", carrier.pk)).content.decode()

        assert "New from PlanCompare" in page
        assert url("carrier_confirm", carrier.pk) in page

    def test_costs_the_same_for_12_products(self, client, owner, django_assert_max_num_queries):
        carrier = CarrierFactory()
        for _ in range(12):
            CarrierProductFactory(carrier=carrier)
            CarrierAliasFactory(carrier=carrier)

        with django_assert_max_num_queries(12):
            client.get(url("carrier_detail", carrier.pk))

    def test_shows_no_buttons_to_those_who_may_only_look(self, client):
        client.force_login(UserFactory(may=["policies.view_carrier"]))
        alias = CarrierAliasFactory(carrier__needs_review=True)

        page = client.get(url("carrier_detail", alias.carrier_id)).content.decode()

        assert alias.name in page
        for role in ("edit", "merge", "confirm"):
            assert url(f"carrier_{role}", alias.carrier_id) not in page
        assert url("carrieralias_create", alias.carrier_id) not in page


class TestCarrierCreateAndEdit:
    def test_adds_a_carrier(self, client, owner):
        data = {"name": " Prairie  Mutual", "phone": "515-555-0100", "is_active": "on"}

        answer = client.post(url("carrier_create"), data)

        carrier = Carrier.objects.get()
        assert answer.url == url("carrier_detail", carrier.pk)
        assert (carrier.name, carrier.phone) == ("Prairie Mutual", "5155550100")
        assert carrier.needs_review is False
        assert Batch.objects.get().user == owner

    def test_explains_a_name_that_is_taken(self, client, owner):
        CarrierAliasFactory(name="Prairie Inc", carrier__name="Prairie Mutual")

        answer = client.post(url("carrier_create"), {"name": "PRAIRIE INC."})

        assert answer.status_code == 422
        (words,) = answer.context["form"].errors["name"]
        assert words.startswith("The carrier Prairie Mutual goes by “PRAIRIE INC.”. Merge the two")
        assert Carrier.objects.count() == 1

    def test_renames_and_keeps_the_former_name(self, client, owner):
        carrier = CarrierFactory(name="Prairie")
        data = {"name": "Prairie Mutual", "keep_old_name": "on", "is_active": "on"}

        client.post(url("carrier_edit", carrier.pk), data)

        carrier.refresh_from_db()
        assert carrier.name == "Prairie Mutual"
        assert CarrierAlias.objects.get().name == "Prairie"

    def test_confirms(self, client, owner):
        carrier = CarrierFactory(from_partner=True)

        client.post(url("carrier_confirm", carrier.pk))

        carrier.refresh_from_db()
        assert carrier.needs_review is False


class TestCarrierMerge:
    def test_merges_and_leads_to_the_carrier_that_remains(self, client, owner):
        into = CarrierFactory()
        policy = PolicyFactory()

        answer = client.post(url("carrier_merge", policy.carrier_id), {"into": into.pk})

        assert answer.url == url("carrier_detail", into.pk)
        policy.refresh_from_db()
        assert policy.carrier == into

    def test_explains_why_not(self, client, owner):
        one, other = PolicyFactory(policy_number="1"), PolicyFactory(policy_number="1")

        answer = client.post(url("carrier_merge", one.carrier_id), {"into": other.carrier_id})

        assert answer.status_code == 422
        assert "Both carriers have a policy numbered 1." in answer.content.decode()
        assert Carrier.objects.count() == 2

    def test_needs_the_right_to_remove_carriers(self, client):
        client.force_login(UserFactory(may=["policies.change_carrier"]))

        assert client.get(url("carrier_merge", CarrierFactory().pk)).status_code == 403
