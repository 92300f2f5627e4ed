"""Applications found by the client's name, which enters no address."""

import csv
import io

import pytest
from django.db import connection
from django.urls import reverse

from agencyhub.accounts.models import Role
from agencyhub.records.lists import selection
from agencyhub.records.lists.lookups import Lookups
from agencyhub.records.lists.models import ExportLog, SavedView
from commissions.lists import APPLICATIONS
from commissions.models import Application
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory

pytestmark = pytest.mark.django_db
LIST = reverse("commissions:application_list")
SEARCH = reverse("records:list_private_filters", args=["applications"])
EXPORT = reverse("records:list_export", args=["applications"])
HTMX = {"HX-Request": "true"}


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


@pytest.fixture
def people():
    """Keys of applications by the client's name."""
    names = [
        ("Ana", "López"), ("Anabel", "Lopez-Ruiz"), ("Lopez", "Ana"), ("Bea", "Soto"),
        ("Mary Ann", "O'Neil"), ("", ""),
    ]  # fmt: skip
    return {
        f"{first} {last}".strip(): ApplicationFactory(first_name=first, last_name=last).pk
        for first, last in names
    }


def found(user, text: str) -> set[int]:
    chosen = selection.filterset(APPLICATIONS, {"name": [text]}, lookups=Lookups(user))
    return set(chosen.qs.values_list("pk", flat=True))


def search(client, text: str, state: str = ""):
    """Type a name above the list and look at what it leads to."""
    return client.post(SEARCH, {"state": state, "name": text}, follow=True)


def shown(answer) -> list[int]:
    return answer.context["table"].pks


class TestName:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("lopez", {"Ana López", "Anabel Lopez-Ruiz", "Lopez Ana"}),
            ("ana", {"Ana López", "Anabel Lopez-Ruiz", "Lopez Ana"}),
            ("LÓPEZ, ana", {"Ana López", "Anabel Lopez-Ruiz"}),
            ("Ana Lopez", {"Ana López", "Anabel Lopez-Ruiz", "Lopez Ana"}),
            ("lopezruiz", {"Anabel Lopez-Ruiz"}),
            ("mary ann oneil", {"Mary Ann O'Neil"}),
            ("so", {"Bea Soto"}),
            ("oto", set()),
            ("Bea Lopez", set()),
            ("4711", set()),
            ("50%_", set()),
        ],
    )
    def test_finds_who_is_meant(self, people, text, names):
        found_keys = found(UserFactory(owner=True), text)

        assert {name for name, pk in people.items() if pk in found_keys} == names

    def test_finds_within_reach_only(self, people):
        agent = AgentFactory(
            user=UserFactory(may=["commissions.view_application"], may__reach=Role.Scope.OWN)
        )
        own = ApplicationFactory(first_name="Ana", last_name="Lopez", agent=agent)
        ApplicationFactory(first_name="Ana", last_name="Lopez", agent=AgentFactory())

        assert found(agent.user, "lopez") == {own.pk}

    @pytest.mark.parametrize(
        ("text", "indexes"),
        [
            ("lopez", {"application_name", "application_first_name"}),
            ("ana lopez", {"application_name"}),
        ],
    )
    def test_is_served_by_indexes(self, people, text, indexes):
        chosen = selection.filterset(
            APPLICATIONS, {"name": [text]}, lookups=Lookups(UserFactory(owner=True))
        )
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("ANALYZE commissions_application")

        plan = chosen.qs.explain()

        assert "Seq Scan on commissions_application" not in plan
        assert [name for name in indexes if f" {name} " not in plan] == []


class TestSearch:
    def test_stands_above_the_list(self, client, owner, people):
        page = client.get(LIST).text

        assert f'action="{SEARCH}" method="post"' in page
        assert 'type="search" id="search_name" name="name"' in page

    def test_shows_who_was_found_without_the_name_in_the_address(self, client, owner, people):
        answer = search(client, "soto")

        ((address, _status),) = answer.redirect_chain
        assert shown(answer) == [people["Bea Soto"]]
        assert "soto" not in address.lower()
        assert 'name="name" value="soto"' in answer.text
        assert "Bea Soto" in answer.text

    def test_keeps_the_other_filters_and_the_order(self, client, owner, people):
        Application.objects.filter(pk=people["Ana López"]).update(source="api")

        answer = search(client, "lopez", state="source=api&sort=created")

        state = answer.context["page"].state
        assert shown(answer) == [people["Ana López"]]
        assert (state.filters["source"], state.sort) == (["api"], "created")

    def test_gives_way_to_an_empty_box(self, client, owner, people):
        state = search(client, "soto").context["page"].query

        answer = search(client, "", state=state)

        assert len(shown(answer)) == len(people)
        assert answer.context["page"].state.chips == []

    def test_leads_htmx_there_as_well(self, client, owner, people):
        answer = client.post(SEARCH, {"state": "", "name": "soto"}, headers=HTMX)

        view = SavedView.objects.get(owner=owner, name="")
        assert answer["HX-Redirect"] == f"{LIST}?view={view.pk}"
        assert view.filters == {"name": ["soto"]}

    def test_pages_by_key(self, client, owner):
        keys = [ApplicationFactory(last_name="Lopez").pk for _ in range(52)]
        ApplicationFactory(last_name="Soto")
        page = search(client, "lopez").context["page"]

        second = client.get(page.next_url)

        assert page.table.pks == keys[:1:-1]
        assert shown(second) == keys[1::-1]
        assert "lopez" not in page.next_url.lower()

    def test_is_refused_in_an_address(self, client, owner, people):
        answer = client.get(LIST, {"name": "soto"})

        assert len(answer.context["table"]) == 0
        assert "must not stand in an address" in answer.text

    def test_is_kept_in_a_saved_view(self, client, owner, people):
        state = search(client, "soto").context["page"].query
        create = reverse("records:savedview_create", args=["applications"])

        client.post(create, {"state": state, "name": "Sotos", "sharing": "private"})
        view = SavedView.objects.get(name="Sotos")
        answer = client.get(LIST, {"view": view.pk})

        assert shown(answer) == [people["Bea Soto"]]

    def test_is_what_an_export_has(self, client, owner, people):
        state = search(client, "soto").context["page"].query

        answer = client.post(EXPORT, {"state": state, "format": "csv", "columns": ["client"]})

        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:]] == ["Bea Soto"]
        assert "soto" not in str(ExportLog.objects.get().filters).lower()

    def test_takes_as_many_queries_as_without(self, client, owner, django_assert_max_num_queries):
        for _ in range(12):
            ApplicationFactory(last_name="Lopez")
        url = search(client, "lopez").redirect_chain[0][0]

        with django_assert_max_num_queries(16):
            client.get(url)
