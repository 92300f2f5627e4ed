"""The queue of unknown values, as people work it."""

import pytest
from django.urls import reverse

from agencyhub.records import questions
from agencyhub.records.kinds import Choice, Source
from agencyhub.records.services import values
from agencyhub.records.unknown import OptionAlias, UnknownValue
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import option

pytestmark = pytest.mark.django_db
LIST = reverse("records:value_list")
HTMX = {"HX-Request": "true"}
FILE = Source(key="import:7", label="leads.csv", url="/imports/7/")


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


def ask(texts, kind="policy_status"):
    values.resolve(kind=kind, texts=texts, source=FILE)
    return {value.text: value.pk for value in UnknownValue.objects.filter(kind=kind)}


def act(client, name, pk, data=None, **more):
    return client.post(reverse(f"records:value_{name}", args=[pk]), data or {}, **more)


class TestList:
    def test_shows_what_is_met_most_first_with_a_suggestion_in_words(self, client, owner):
        ask({"Actve": 3, "Terminatd": 900, "Xyzzy": 1})

        text = client.get(LIST).content.decode()

        assert text.index("Terminatd") < text.index("“Actve”") < text.index("Xyzzy")
        assert 'value="Terminated"' in text
        assert "Suggested: almost the same" in text
        assert 'href="/imports/7/"' in text

    def test_names_the_kinds_of_values_in_the_reader_s_language(self, client, owner):
        owner.language = "es"
        owner.save(update_fields=["language"])
        ask({"Xyzzy": 1})

        text = client.get(LIST).content.decode()

        assert "Estados de póliza" in text
        assert 'placeholder="Estado de la póliza"' in text
        assert "Policy status" not in text

    def test_asks_the_database_no_more_for_more_values(
        self, client, owner, django_assert_max_num_queries
    ):
        ask({f"Status {number}": number for number in range(1, 26)})
        ask({f"Agent {number}": number for number in range(1, 5)}, kind="agent")

        with django_assert_max_num_queries(16):
            assert client.get(LIST).status_code == 200

    def test_pages_by_how_often_a_value_was_met(self, client, owner):
        ask({f"Status {number}": number // 3 for number in range(60)})

        seen, url = [], LIST
        while url:
            page = client.get(url)
            seen += [one.value.pk for one in page.context["questions"]]
            url = LIST + page.context["next_url"] if page.context.get("next_url") else ""

        assert len(seen) == len(set(seen)) == 60

    def test_is_closed_without_the_right(self, client):
        client.force_login(UserFactory(may=["records.view_option"]))

        assert client.get(LIST).status_code == 403


class TestSuggest:
    @pytest.mark.parametrize(
        ("text", "label", "words"),
        [
            ("Actve", "Active", "almost the same"),
            ("Termed", "Terminated", "a little similar"),
            ("Humana Insurance Company", "Humana", "very similar"),
            ("Blue Prairie of Iowa", "", ""),
            ("In Force", "", ""),
        ],
    )
    def test_says_how_alike_two_names_are_and_nothing_of_others(self, text, label, words):
        names = ("Active", "Terminated", "Humana", "Blue Cross and Blue Shield of Nebraska")
        choices = [Choice(pk, name) for pk, name in enumerate(names)]

        found = questions.suggest(text, choices)

        assert (found.label, found.words) == (label, words) if label else found is None


class TestDecide:
    def test_maps_to_the_choice_that_is_typed(self, client, owner):
        pk = ask(["In force"])["In force"]

        answer = act(client, "map", pk, {"target": "active"}, headers=HTMX)

        assert answer.status_code == 200
        assert "Mapped" in answer.content.decode()
        assert OptionAlias.objects.get().option == option("policy_status", "Active")

    def test_refuses_what_is_no_choice(self, client, owner):
        pk = ask(["In force"])["In force"]

        answer = act(client, "map", pk, {"target": "Nonsense"}, headers=HTMX)

        assert answer.status_code == 422
        assert "Choose one of the list" in answer.content.decode()
        assert UnknownValue.objects.get().state == "open"

    def test_works_without_javascript_and_can_be_taken_back(self, client, owner):
        pk = ask(["In force"])["In force"]
        act(client, "ignore", pk)
        assert UnknownValue.objects.get().state == "ignored"

        assert "“In force”" in client.get(f"{LIST}?state=decided").content.decode()
        answer = act(client, "undo", pk)

        assert answer.status_code == 302
        assert UnknownValue.objects.get().state == "open"

    def test_offers_to_add_with_a_meaning(self, client, owner):
        pk = ask(["In force"])["In force"]

        answer = act(client, "add", pk, {"meaning": "effectuated"}, headers=HTMX)

        assert "Added" in answer.content.decode()
        assert option("policy_status", "In force").meaning == "effectuated"

    def test_maps_agents_that_share_a_name(self, client, owner):
        sam = AgentFactory(first_name="Sam", last_name="Seller", npn="123")
        pk = ask(["Seller S."], kind="agent")["Seller S."]

        act(client, "map", pk, {"target": "Sam Seller (NPN 123)"})

        found = values.resolve(kind="agent", texts=["seller s"], source=None)
        assert found.known == {"seller s": sam.pk}

    def test_decides_about_many_at_once(self, client, owner):
        pks = ask(["Actve", "Terminatd", "Xyzzy"])

        client.post(
            reverse("records:value_bulk"), {"value": list(pks.values()), "act": "suggested"}
        )

        states = dict(UnknownValue.objects.values_list("text", "state"))
        assert states == {"Actve": "mapped", "Terminatd": "mapped", "Xyzzy": "open"}
        data = {"value": [pks["Xyzzy"]], "act": "map", "target": "Pending"}
        client.post(reverse("records:value_bulk"), data)
        assert not UnknownValue.objects.filter(state="open").exists()

    def test_needs_the_right_to_decide(self, client):
        client.force_login(UserFactory(may=["records.view_unknownvalue"]))
        pk = ask(["In force"])["In force"]

        assert act(client, "ignore", pk).status_code == 403
        assert "Waits for an administrator" in client.get(LIST).content.decode()
