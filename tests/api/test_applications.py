"""Applications over the API."""

import pytest

from commissions.models import Application
from tests.api.conftest import Script, errors_of
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db
MBI = "1EG4TE5MK73"
BODY = {
    "external_id": "crm-7",
    "source_updated_at": "2026-10-15T15:30:00Z",
    "carrier_name": "humana",
    "agent_npn": "1234567",
    "first_name": "Ana",
    "last_name": "Lopez",
    "date_of_birth": "1958-03-14",
    "mbi": "1eg4-te5-mk73",
    "phone": "(515) 555-0100",
    "state": "Iowa",
    "zip_code": "50010 ",
    "plan_type": "mapd",
    "plan_id": "h5216-001",
    "effective_date": "2027-01-01",
    "submitted_at": "2026-10-15T15:00:00Z",
    "premium": "19.50",
    "riders": [{"plan_name": "Dental", "premium": "12.00"}],
}


class TestSend:
    def test_makes_an_application_of_source_api(self, script):
        carrier = CarrierFactory(name="Humana")
        agent = AgentFactory(npn="1234567")
        person = IndividualFactory(mbi=MBI)

        answer = script.post("applications/", BODY)

        assert answer.status_code == 201, answer.content
        shown = answer.json()
        application = Application.objects.get()
        assert answer["Location"].endswith(f"/api/v1/applications/{application.pk}/")
        assert (shown["source"], shown["line"], shown["plan_id"]) == (
            "api", "med_adv", "H5216-001-000",
        )  # fmt: skip
        assert (shown["carrier"], shown["agent"], shown["individual"]) == (
            carrier.pk, agent.pk, person.pk,
        )  # fmt: skip
        assert (shown["state"], shown["zip_code"], shown["phone"]) == ("IA", "50010", "5155550100")
        assert shown["riders"] == [{"plan_name": "Dental", "premium": "12.00", "external_id": ""}]
        assert shown["masked_mbi"].endswith("MK73")
        assert MBI not in answer.content.decode()

    def test_again_brings_it_up_to_date_and_never_back(self, script):
        script.post("applications/", BODY)
        newer = {**BODY, "source_updated_at": "2026-10-16T00:00:00Z", "plan_name": "Gold"}
        older = {**BODY, "source_updated_at": "2026-10-14T00:00:00Z", "plan_name": "Old"}

        answers = [script.post("applications/", body) for body in (newer, older)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert Application.objects.get().plan_name == "Gold"

    def test_with_an_idempotency_key_happens_once(self, script):
        body = {name: value for name, value in BODY.items() if name != "external_id"}

        first = script.post("applications/", body, idempotency_key="one")
        second = script.post("applications/", body, idempotency_key="one")

        assert first.json()["id"] == second.json()["id"]
        assert Application.objects.count() == 1

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"mbi": "1SG4TE5MK73"}, "mbi"),
            ({"phone": "12"}, "phone"),
            ({"state": "Nowhere"}, "state"),
            ({"zip_code": "123"}, "zip_code"),
            ({"premium": "-1"}, "premium"),
            ({"agent": 999_999}, "agent"),
            ({"source": "manual", "nickname": "A"}, "nickname"),
        ],
    )
    def test_is_refused_with_the_field(self, script, more, field):
        answer = script.post("applications/", {**BODY, **more})

        assert (answer.status_code, set(errors_of(answer))) == (422, {field})
        assert not Application.objects.exists()

    def test_needs_the_right(self):
        script = Script(UserFactory(may=["commissions.view_application"]))

        assert script.post("applications/", BODY).status_code == 403

    def test_leaves_what_the_caller_does_not_see(self):
        may = ["commissions.add_application", "commissions.change_application"]
        ApplicationFactory(source="api", external_id="crm-7", plan_name="Kept")
        script = Script(UserFactory(may=may, may__reach="own"))

        answer = script.post("applications/", {**BODY, "plan_name": "Taken over"})

        assert (answer.status_code, answer.json()["code"]) == (409, "external_id_taken")
        assert Application.objects.get().plan_name == "Kept"

    def test_changes_nothing_otherwise(self, script):
        application = ApplicationFactory()

        for method in ("put", "patch", "delete"):
            answer = script.call(method, f"applications/{application.pk}/", {"city": "Ames"})
            assert answer.status_code == 405


class TestRead:
    def test_is_within_reach(self):
        user = UserFactory(may=["commissions.view_application"], may__reach="own")
        own = ApplicationFactory(agent=AgentFactory(user=user))
        other = ApplicationFactory(agent=AgentFactory())
        script = Script(user)

        assert [one["id"] for one in script.get("applications/").json()["results"]] == [own.pk]
        assert script.get(f"applications/{other.pk}/").status_code == 404

    def test_knows_what_the_caller_has(self, script):
        application = ApplicationFactory()
        etag = script.get(f"applications/{application.pk}/")["ETag"]

        answer = script.get(f"applications/{application.pk}/", if_none_match=etag)

        assert answer.status_code == 304

    @pytest.mark.parametrize(
        "query", ["source=manual", "line=pdp", "match_state=complete", "external_id=M-1"]
    )
    def test_filters(self, script, query):
        wanted = ApplicationFactory(
            source="manual", line="pdp", match_state="complete", external_id="M-1"
        )
        ApplicationFactory()

        found = script.get(f"applications/?{query}").json()["results"]

        assert [one["id"] for one in found] == [wanted.pk]

    def test_takes_no_personal_data_in_the_address(self, script):
        assert script.get("applications/?last_name=Lopez").status_code == 400

    @pytest.mark.parametrize(
        "wanted",
        [
            {"last_name": "LÓPEZ", "first_name": "ana"},
            {"mbi": MBI},
            {"policy_number": "00-h12"},
            {"confirmation_number": "cn-9"},
            {"date_of_birth": "1950-05-05"},
        ],
    )
    def test_searches_by_personal_data(self, script, wanted):
        made = ApplicationFactory(
            last_name="Lopez", policy_number="H12", confirmation_number="CN-9",
            date_of_birth="1950-05-05",
        )  # fmt: skip
        script.post("applications/", {"external_id": made.external_id, "mbi": MBI})
        ApplicationFactory(first_name="Eva", last_name="Ruiz")

        found = script.post("applications/search/", wanted).json()["results"]

        assert len(found) == 1
        assert ("mbi" in wanted) != (found[0]["id"] == made.pk)
