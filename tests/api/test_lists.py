"""Lists of the API: pages, filters, and what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencyhub.records.models import CustomField
from individuals.models import Look
from tests.api.conftest import Script, errors_of
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import (
    AddressFactory,
    IndividualFactory,
    SalesRecordFactory,
    option,
)
from tests.factories.policies import (
    CarrierAliasFactory,
    CarrierFactory,
    CarrierProductFactory,
    PolicyFactory,
)
from tests.factories.records import CustomFieldFactory

pytestmark = pytest.mark.django_db


def walk(script, path):
    seen = []
    while path:
        page = script.get(path).json()
        seen += [one["id"] for one in page["results"]]
        path = page["next"]
    return seen


class TestPages:
    def test_lead_through_everything_once_and_back(self, script):
        made = [carrier.pk for carrier in CarrierFactory.create_batch(7)]

        assert walk(script, "carriers/?page_size=3") == made
        second = script.get(script.get("carriers/?page_size=3").json()["next"]).json()
        first = script.get(second["previous"]).json()
        assert [one["id"] for one in first["results"]] == made[:3]
        assert first["previous"] is None

    @pytest.mark.parametrize("cursor", ["x", "cD1hYmM=", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk="])
    def test_refuse_a_cursor_of_somebody_s_own(self, script, cursor):
        assert script.get(f"carriers/?cursor={cursor}").status_code == 404

    def test_cost_the_same_whatever_is_on_them(self, script):
        CustomFieldFactory(target=CustomField.Target.INDIVIDUAL)
        agent = AgentFactory()

        def costs(path):
            script.get(path)
            with CaptureQueriesContext(connection) as seen:
                assert script.get(path).status_code == 200
            return len(seen)

        before = {}
        for turn in range(2):
            for _ in range(12 if turn else 1):
                person = AddressFactory().individual
                person.additional_agents.add(agent)
                SalesRecordFactory(individual=person, lead_source=option("lead_source", "Referral"))
                policy = PolicyFactory(subscriber=person, product=CarrierProductFactory())
                policy.additional_agents.add(agent)
                CarrierAliasFactory(carrier=policy.carrier)
            kinds = ("individuals", "sales-records", "policies", "carriers", "carrier-products")
            found = {kind: costs(f"{kind}/") for kind in (*kinds, "agents")}
            before = before or found
        assert found == before
        assert max(found.values()) <= 8


class TestFilters:
    def test_narrow_by_labels_and_ids(self, script):
        agent = AgentFactory()
        mine = IndividualFactory(servicing_agent=agent, type=option("individual_type", "Prospect"))
        free = IndividualFactory()

        assert walk(script, f"individuals/?servicing_agent={agent.pk}") == [mine.pk]
        assert walk(script, "individuals/?servicing_agent=none") == [free.pk]
        assert walk(script, "individuals/?type=Prospect") == [mine.pk]
        assert walk(script, "individuals/?changed_since=2100-01-01T00:00:00Z") == []

    def test_find_a_carrier_by_any_of_its_names(self, script):
        alias = CarrierAliasFactory(name="Humana Inc.")
        CarrierFactory()

        assert walk(script, "carriers/?name=HUMANA+inc") == [alias.carrier_id]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("last_name=Lopez", "last_name"),
            ("servicing_agent=x", "servicing_agent"),
            ("servicing_agent=99999999999999999999", "servicing_agent"),
            ("type=Nonsense", "type"),
            ("changed_since=yesterday", "changed_since"),
            ("changed_since=0001-01-01T00:00:00+23:59", "changed_since"),
            ("page_size=many", "page_size"),
            ("page_size=0", "page_size"),
            ("page_size=5&page_size=7", "page_size"),
        ],
    )
    def test_are_never_guessed(self, script, query, field):
        answer = script.get(f"individuals/?{query}")

        assert answer.status_code == 400
        assert set(errors_of(answer)) == {field}
        assert "Lopez" not in answer.content.decode()

    @pytest.mark.parametrize("query", ["is_active=maybe", "is_active=1", "is_active="])
    def test_take_yes_and_no_in_one_spelling(self, script, query):
        assert script.get(f"agents/?{query}").status_code == 400
        assert script.get("agents/?is_active=true").status_code == 200

    def test_take_days_in_one_spelling(self, script):
        assert script.get("policies/?effective_from=11/02/2026").status_code == 400

    def test_answer_an_address_that_is_none_as_everything_else(self, client):
        for path in ("/api/v1/agents/abc/", "/api/v1/nothing/", "/hooks/nobody/"):
            answer = client.get(path)
            assert (answer.status_code, errors_of(answer)) == (404, {})
        assert client.get("/nothing/")["Content-Type"].startswith("text/html")

    def test_of_policies(self, script):
        policy = PolicyFactory()
        PolicyFactory(effective_date="2027-01-01", pending=True)

        assert walk(script, f"policies/?subscriber={policy.subscriber_id}") == [policy.pk]
        assert walk(script, "policies/?effective_to=2026-12-31&status=Active") == [policy.pk]


class TestSearch:
    def test_finds_by_what_stands_in_no_address(self, script):
        ana = IndividualFactory(first_name="José", last_name="de la Cruz", mbi="1EG4TE5MK73")
        IndividualFactory(first_name="Bob", cell_phone="5155550199", home_phone="")

        def found(**wanted):
            answer = script.post("individuals/search/", wanted)
            return [one["id"] for one in answer.json()["results"]]

        assert found(first_name="JOSE", last_name="De La Cruz") == [ana.pk]
        assert found(mbi="1eg4-te5-mk73") == [ana.pk]
        assert found(email="ANA@example.com", date_of_birth="1958-03-14", phone="515-555-0100") == [
            ana.pk
        ]
        assert found(phone="(515) 555-0100", first_name="Bob") == []
        assert len(found(phone="515 555 0199")) == 1

    @pytest.mark.parametrize(
        "wanted", [{}, {"first_name": ""}, {"mbi": "123"}, {"name": "Ana"}, {"mbi": "*******MK73"}]
    )
    def test_refuses_to_find_everybody(self, script, wanted):
        assert script.post("individuals/search/", wanted).status_code == 422

    def test_and_lists_note_who_was_looked_at(self):
        user = UserFactory(owner=True)
        person = IndividualFactory(mbi="1EG4TE5MK73")
        script = Script(user)

        script.get("individuals/")
        script.post("individuals/search/", {"mbi": "1EG4TE5MK73"})

        looks = Look.objects.filter(individual_id=person.pk)
        assert set(looks.values_list("user", "how")) == {(user.pk, "api"), (user.pk, "search")}

    def test_finds_policies_by_number_with_or_without_zeros_and_dashes(self, script):
        policy = PolicyFactory(policy_number="00AZ-77")
        PolicyFactory(policy_number="AZ-778")

        answer = script.post("policies/search/", {"policy_number": "az77"})

        assert [one["id"] for one in answer.json()["results"]] == [policy.pk]
