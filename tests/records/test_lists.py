"""Every list: the page and its parts, what its address says, and what it costs."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from agencyhub.records.lists import registry, selection
from agencyhub.records.lists.lookups import Lookups
from agencyhub.records.lists.models import ListChoice
from individuals.lists import INDIVIDUALS
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory, option
from tests.factories.lists import QUEUES, fill
from tests.factories.policies import PolicyFactory
from tests.factories.records import CustomFieldFactory
from tests.individuals.conftest import signed_in

pytestmark = pytest.mark.django_db
KINDS = [kind for kind in registry.every() if kind.key not in QUEUES]
every_list = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
PEOPLE = INDIVIDUALS.url
QUERIES = 13


def part(name):
    return {"HX-Request": "true", "HX-Target": name}


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


def shown(answer):
    return answer.context["table"].pks


@every_list
class TestListPage:
    def test_shows_its_rows_whole_and_in_parts(self, kind, client, owner):
        (pk,) = fill(kind)

        page = client.get(kind.url)
        rows = client.get(kind.url, headers=part("list"))
        panel = client.get(kind.url, {"panel": "filters"}, headers=part("list"))
        count = client.get(kind.url, {"count": 1}, headers=part("list-count")).text

        assert shown(page) == shown(rows) == [pk]
        assert "<!doctype html>" in page.text
        assert rows.text.strip().startswith('<div id="list"')
        assert rows["HX-Push-Url"] == kind.url
        assert "list-panel-title" in panel.text
        assert panel["HX-Push-Url"].startswith(kind.url)
        assert "1 matches</span>" in count

    def test_can_show_every_column(self, kind, client, owner):
        fill(kind)
        keys = list(kind.columns_for(Lookups(owner)))

        page = client.get(kind.url, {"columns": ",".join(keys)})

        assert len(page.context["table"].heads) == len(keys)
        assert client.get(kind.url, {"panel": "columns"}).status_code == 200

    def test_is_paged_in_every_order_without_losing_or_repeating_a_row(self, kind, client, owner):
        pks = fill(kind, 3)
        for sort in (turn + one.key for one in kind.sorts for turn in ("", "-")):
            rows = selection.filterset(kind, {}, lookups=Lookups(owner)).qs
            walked = [row.pk for row in rows.order_by(*_order(kind, sort))]

            assert shown(client.get(kind.url, {"sort": sort})) == walked
            assert sorted(walked) == sorted(pks)

    def test_costs_the_same_for_12_rows(self, kind, client, django_assert_max_num_queries):
        agent = AgentFactory(user=UserFactory(may=[kind.view_permission], may__reach="own"))
        fill(kind, 12, agent=agent)
        client.force_login(agent.user)

        with django_assert_max_num_queries(QUERIES):
            page = client.get(kind.url)

        assert len(shown(page)) == 12

    def test_needs_the_right(self, kind):
        powerless = signed_in(UserFactory(may=[]))

        assert powerless.get(kind.url).status_code == 403
        for name in ("list_export", "savedview_list", "savedview_create"):
            assert powerless.get(reverse(f"records:{name}", args=[kind.key])).status_code == 403
        for name in ("list_columns", "list_private_filters", "bulkedit_start"):
            assert powerless.post(reverse(f"records:{name}", args=[kind.key])).status_code == 403

    def test_names_what_it_does_not_understand(self, kind, client, owner):
        fill(kind)
        bad = {"utm_source": "x", "columns": "nonsense", "sort": "mood"}

        page = client.get(kind.url, bad)

        assert len(shown(page)) == 1
        for name in ("utm_source", "nonsense", "mood"):
            assert f"“{name}”" in page.text


def _order(kind, sort):
    keys = kind.order(sort)
    return [f"-{key.name}" if key.descending else key.name for key in keys]


class TestFilters:
    def test_never_widen_a_list_when_they_cannot_be_read(self, client, owner):
        IndividualFactory()

        for params in ({"status": "x"}, {"created_from": "soon"}, {"in_force": "perhaps"}):
            page = client.get(PEOPLE, params)
            assert shown(page) == []
            assert f"({next(iter(params))})" in page.text

    def test_say_that_a_value_is_gone(self, client, owner):
        IndividualFactory()

        page = client.get(PEOPLE, {"status": "999999"})

        assert shown(page) == []
        assert "the value 999999 no longer exists" in page.text

    def test_take_several_values(self, client, owner):
        prospect, client_type = (option("individual_type", one) for one in ("Prospect", "Client"))
        kept = {IndividualFactory(type=prospect).pk, IndividualFactory(type=client_type).pk}
        IndividualFactory(type=None)

        page = client.get(PEOPLE, {"type": [prospect.pk, client_type.pk]})

        assert set(shown(page)) == kept
        assert "Type:</span> Prospect or Client<" in page.text

    def test_know_of_higher_apps(self, client, owner):
        insured = PolicyFactory().subscriber
        other = PolicyFactory(cancelled=True).subscriber

        assert shown(client.get(PEOPLE, {"in_force": "yes"})) == [insured.pk]
        assert shown(client.get(PEOPLE, {"in_force": "no"})) == [other.pk]

    @pytest.mark.parametrize(
        ("kind", "stored", "params"),
        [
            ("yes_no", True, {"custom_x": "yes"}),
            ("choice", "Gold", {"custom_x": ["Gold", "Silver"]}),
            ("multi_choice", ["Gold", "Blue"], {"custom_x": "Blue"}),
            ("date", "2026-03-01", {"custom_x_from": "2026-03-01", "custom_x_to": "2026-03-31"}),
            ("number", "12.5", {"custom_x_from": "9", "custom_x_to": "12.50"}),
        ],
    )
    def test_cover_the_agencys_own_fields(self, client, owner, kind, stored, params):
        CustomFieldFactory(key="x", type=kind, choices=["Gold", "Silver", "Blue"])
        kept = IndividualFactory(custom={"x": stored})
        IndividualFactory(custom={})

        page = client.get(PEOPLE, {**params, "columns": "name,custom_x"})

        assert shown(page) == [kept.pk]

    def test_hide_health_data_from_those_without_the_right(self, client):
        CustomFieldFactory(key="x", type="yes_no", is_health=True)
        client.force_login(UserFactory(may=["individuals.view_individual"]))

        page = client.get(PEOPLE, {"custom_x": "yes", "columns": "name,custom_x"})

        assert page.text.count("“custom_x”") == 2

    def test_by_names_stay_out_of_the_address(self, client, owner):
        kept = IndividualFactory(last_name="Lopez")
        IndividualFactory(last_name="Baker")
        url = reverse("records:list_private_filters", args=["individuals"])

        refused = client.get(PEOPLE, {"last_name": "lop"})
        answer = client.post(url, {"state": "sort=-created", "last_name": "lóp", "born": ""})

        assert shown(refused) == []
        assert "must not stand in an address" in refused.text
        asked = parse_qs(urlsplit(answer.url).query)
        assert asked.keys() == {"view"}
        page = client.get(answer.url)
        assert shown(page) == [kept.pk]
        assert "lóp" in page.text
        assert "lóp" not in page.context["page"].export_url

    def test_by_names_can_be_taken_off_again(self, client, owner):
        IndividualFactory(last_name="Lopez")
        IndividualFactory(last_name="Baker")
        url = reverse("records:list_private_filters", args=["individuals"])
        answer = client.post(url, {"state": "", "last_name": "lop"})
        (chip,) = client.get(answer.url).context["page"].state.chips

        assert len(shown(client.get(chip.url))) == 2


class TestColumns:
    def test_are_remembered_and_keep_the_filters(self, client, owner):
        agent = AgentFactory()
        kept = IndividualFactory(servicing_agent=agent)
        IndividualFactory()
        url = reverse("records:list_columns", args=["individuals"])

        answer = client.post(url, {"state": f"agent={agent.pk}", "columns": ["email", "phone"]})

        page = client.get(answer.url)
        assert shown(page) == [kept.pk]
        assert page.context["page"].state.columns == ["name", "email", "phone"]
        assert client.get(PEOPLE).context["page"].state.columns == ["name", "email", "phone"]
        assert ListChoice.objects.get().user == owner

    def test_move_up(self, client, owner):
        url = reverse("records:list_columns", args=["individuals"])

        answer = client.post(url, {"state": "", "columns": ["email", "phone"], "up": "phone"})

        page = client.get(answer.url).context["page"]
        assert page.state.columns == ["name", "phone", "email"]
        assert page.panel == "columns"


class TestCount:
    def test_stops_early(self, owner, monkeypatch):
        monkeypatch.setattr(selection, "COUNTED", 2)
        fill(INDIVIDUALS, 4)

        rows = selection.rows("individuals", user=owner, filters={})

        assert selection.count(rows) == 3


class TestRows:
    def test_are_those_of_the_users_reach(self):
        agent = AgentFactory(user=UserFactory(may=[], may__reach=Role.Scope.OWN))
        own = IndividualFactory(servicing_agent=agent)
        IndividualFactory()

        assert list(selection.rows("individuals", user=agent.user, filters={})) == [own]

    @pytest.mark.parametrize("filters", [{"nonsense": ["1"]}, {"status": ["x"]}])
    def test_refuse_filters_that_cannot_be_read(self, owner, filters):
        with pytest.raises(selection.BadFilterError) as refusal:
            selection.rows("individuals", user=owner, filters=filters)

        assert refusal.value.field in filters
