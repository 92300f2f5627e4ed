"""Pages of applications: the table, one application, filling in place, entering by hand."""

from datetime import date

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from agencyhub.lib.mbi import Mbi
from agencyhub.records.lists.models import ListChoice
from commissions.lists import APPLICATIONS
from commissions.models import Line
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory
from tests.factories.policies import CarrierFactory, PolicyFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LIST = reverse("commissions:application_list")
NEW = reverse("commissions:application_create")
COLUMNS = reverse("records:list_columns", args=["applications"])
VIEW = ["commissions.view_application"]


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


def page_of(application):
    return reverse("commissions:application_detail", args=[application.pk])


def fill_url(application, name):
    return reverse("commissions:application_fill", args=[application.pk, name])


class TestList:
    def test_shows_the_default_columns(self, client, owner):
        agent = AgentFactory(first_name="Rosa", last_name="Vale")
        ApplicationFactory(agent=agent, carrier__name="Humana")

        page = client.get(LIST).content.decode()

        assert "<!doctype html>" in page
        for words in ("Rosa Vale", "HealthSherpa", "Humana", "Med Adv", "Lopez", "01/01/2027"):
            assert words in page
        assert "10/15/2026" in page
        assert "Not matched yet" in page
        assert "H5216-001-000" not in page

    def test_answers_htmx_with_the_table_only(self, client, owner):
        ApplicationFactory()

        page = client.get(LIST, headers=HTMX).content.decode()

        assert page.strip().startswith('<div id="list"')

    def test_shows_all_columns_in_one_press_and_remembers_it(self, client, owner):
        ApplicationFactory(plan_year=2027)

        client.post(COLUMNS, {"state": "", "every": "1"})

        assert "H5216-001-000" in client.get(LIST).content.decode()
        chosen = ListChoice.objects.get(user=owner, list_key="applications").columns
        assert set(chosen) == {one.key for one in APPLICATIONS.columns}
        client.post(COLUMNS, {"state": "", "usual": "1"})
        assert "H5216-001-000" not in client.get(LIST).content.decode()

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("source=manual", {"Manual"}),
            ("line=pdp", {"Manual"}),
            ("match=complete", {"Sherpa"}),
            ("blank=agent&blank=mbi", {"Manual", "Sherpa"}),
            ("blank=date_of_birth", {"Sherpa"}),
            ("effective_from=2027-02-01", {"Manual"}),
            ("agent=none", {"Sherpa"}),
        ],
    )
    def test_filters(self, client, owner, query, found):
        ApplicationFactory(
            last_name="Manual", source="manual", line=Line.PDP, agent=AgentFactory(),
            effective_date=date(2027, 2, 1),
        )  # fmt: skip
        ApplicationFactory(last_name="Sherpa", match_state="complete", date_of_birth=None)

        page = client.get(f"{LIST}?{query}").content.decode()

        assert {name for name in ("Manual", "Sherpa") if f"Ana {name}" in page} == found

    def test_explains_blanks_and_offers_to_fill_them(self, client, owner):
        limited = ApplicationFactory(sharing="limited", agent_name="J DOE")
        ApplicationFactory(carrier=None, carrier_name="Humanna")
        columns = "client,agent,carrier,mbi"

        page = client.get(f"{LIST}?columns={columns}").content.decode()

        assert "Independent agent: the partner withholds it" in page
        assert "No agent is known as “J DOE”" in page
        assert "No carrier goes by “Humanna” yet" in page
        assert fill_url(limited, "mbi") in page

    def test_offers_no_filling_to_those_who_may_only_look(self, client):
        client.force_login(UserFactory(may=VIEW, may__reach=Role.Scope.ALL))
        ApplicationFactory()

        page = client.get(LIST).content.decode()

        assert "HealthSherpa did not tell it" in page
        assert "Fill in" not in page

    def test_shows_nothing_of_others(self, client):
        user = UserFactory(may=VIEW, may__reach=Role.Scope.OWN)
        client.force_login(user)
        own = ApplicationFactory(agent=AgentFactory(user=user), last_name="Mine")
        other = ApplicationFactory(agent=AgentFactory(), last_name="Stranger")

        page = client.get(LIST).content.decode()

        assert "Mine" in page
        assert "Stranger" not in page
        assert client.get(page_of(own)).status_code == 200
        assert client.get(page_of(other)).status_code == 404

    def test_needs_the_right(self, client):
        client.force_login(UserFactory())

        assert client.get(LIST).status_code == 403

    def test_asks_few_queries(self, client, owner, django_assert_max_num_queries):
        ApplicationFactory.create_batch(12, agent=AgentFactory())
        client.get(LIST)

        with django_assert_max_num_queries(12):
            client.get(LIST)


class TestDetail:
    def test_shows_every_fact_with_its_source(self, client, owner):
        stamp = "2026-10-15T15:30:00.000000+00:00"
        application = ApplicationFactory(
            told={"plan_id": ["healthsherpa", stamp]}, policy=PolicyFactory()
        )

        page = client.get(page_of(application)).content.decode()

        assert "HealthSherpa, as of 10/15/2026 11:30" in page
        assert "Application submitted" in page
        assert "No BOB data yet" in page
        assert "No commission yet" in page
        assert "Refresh has not looked at it yet" in page
        assert reverse("policies:policy_detail", args=[application.policy_id]) in page

    def test_never_shows_a_full_mbi(self, client, owner):
        application = ApplicationFactory.build(carrier=CarrierFactory())
        application.set_mbi(Mbi("1EG4TE5MK73", "MK73"))
        application.save()

        page = client.get(page_of(application)).content.decode()

        assert "MK73" in page
        assert "1EG4TE5MK73" not in page

    def test_asks_few_queries(self, client, owner, django_assert_max_num_queries):
        application = ApplicationFactory()
        client.get(page_of(application))

        with django_assert_max_num_queries(22):
            client.get(page_of(application))


class TestStrip:
    def test_is_on_the_pages_of_policy_and_individual(self, client, owner):
        policy = PolicyFactory()
        application = ApplicationFactory(policy=policy, individual=policy.subscriber)

        for name, pk in (
            ("policies:policy", policy.pk),
            ("individuals:individual", policy.subscriber_id),
        ):
            page = client.get(reverse(f"{name}_detail", args=[pk])).content.decode()
            assert page_of(application) in page
            assert "Application submitted" in page

    def test_is_not_drawn_without_the_right(self, client):
        policy = PolicyFactory()
        ApplicationFactory(policy=policy)
        client.force_login(UserFactory(may=["policies.view_policy"], may__reach=Role.Scope.ALL))

        page = client.get(reverse("policies:policy_detail", args=[policy.pk])).content.decode()

        assert "BOB data" not in page
