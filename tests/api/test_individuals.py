"""Individuals and sales records over the API: the rules of the screens."""

import pytest

from agencyhub.records.models import Batch, Change, CustomField, Option
from agencyhub.records.unknown import UnknownValue
from individuals.models import Individual
from tests.api.conftest import Script, errors_of
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import (
    AddressFactory,
    IndividualFactory,
    option,
)
from tests.factories.records import CustomFieldFactory

pytestmark = pytest.mark.django_db
ANA = {"first_name": "Ana", "last_name": "Lopez"}
MBI = "1EG4TE5MK73"


class TestCreate:
    def test_stores_what_a_person_could_have_typed(self, script):
        agent, helper = AgentFactory(), AgentFactory()
        CustomFieldFactory(key="pharmacy", label="Pharmacy")
        before = set(Change.objects.values_list("pk", flat=True))

        answer = script.post(
            "individuals/",
            {
                **ANA,
                "date_of_birth": "1958-03-14",
                "home_phone": "(515) 555-0100",
                "mbi": "1eg4-te5-mk73",
                "type": "client",
                "servicing_agent": agent.pk,
                "additional_agents": [helper.pk],
                "custom": {"pharmacy": "Corner"},
                "address": {
                    "line_1": "12 Oak St",
                    "city": "Ames",
                    "state": "IA",
                    "zip_code": "50010",
                },
            },
        )

        assert answer.status_code == 201
        shown = answer.json()
        person = Individual.objects.get()
        assert answer["Location"].endswith(f"/api/v1/individuals/{person.pk}/")
        assert (person.home_phone, person.has_mbi(MBI)) == ("5155550100", True)
        assert (shown["masked_mbi"], shown["type"]) == ("•••••••MK73", "Client")
        assert (shown["servicing_agent"], shown["additional_agents"]) == (agent.pk, [helper.pk])
        assert shown["custom"] == {"pharmacy": "Corner"}
        assert [(one["zip_code"], one["is_primary"]) for one in shown["addresses"]] == [
            ("50010", True)
        ]
        assert MBI not in answer.content.decode()
        made = Change.objects.exclude(pk__in=before)
        assert set(made.values_list("batch__channel", flat=True)) == {"api"}

    def test_names_every_bad_field_and_stores_nothing(self, script):
        agent = AgentFactory()

        answer = script.post(
            "individuals/",
            {
                "first_name": "Ana",
                "last_name": " ",
                "date_of_birth": "2100-01-01",
                "mbi": "1EG4TE5MK7",
                "home_phone": "12",
                "servicing_agent": agent.pk,
                "additional_agents": [agent.pk],
                "shoe_size": 42,
            },
        )
        assert (answer.status_code, errors_of(answer)) == (422, {"shoe_size": "unknown_field"})

        answer = script.post("individuals/", {"first_name": "Ana", "mbi": "1EG4TE5MK7"})
        assert errors_of(answer) == {"last_name": "required", "mbi": "invalid_mbi"}

        answer = script.post(
            "individuals/", {**ANA, "date_of_birth": "2100-01-01", "home_phone": "1"}
        )
        assert set(errors_of(answer)) == {"date_of_birth", "home_phone"}

        answer = script.post("individuals/", {**ANA, "address": {"city": "Ames", "zip_code": "9"}})
        assert set(errors_of(answer)) == {"address.zip_code"}
        assert not Individual.objects.exists()
        assert not Batch.objects.filter(channel="api").exists()

    def test_asks_about_a_label_that_the_list_does_not_know(self, script):
        answer = script.post("individuals/", {**ANA, "type": "Klient"})

        assert (answer.status_code, errors_of(answer)) == (422, {"type": "unknown_value"})
        value = UnknownValue.objects.get()
        assert (value.kind, value.text) == ("individual_type", "Klient")
        assert value.mentions.get().label == "API: Nightly job"

    def test_tells_who_may_be_the_same_person(self, script):
        twin = IndividualFactory(mbi=MBI)

        answer = script.post("individuals/", {**ANA, "date_of_birth": "1958-03-14", "mbi": MBI})

        (found,) = answer.json()["possible_duplicates"]
        assert found["individual"] == twin.pk
        assert found["score"] >= 60

    def test_tells_nothing_of_a_twin_in_another_book(self):
        user = UserFactory(
            may=["individuals.add_individual", "individuals.view_individual"], may__reach="own"
        )
        IndividualFactory(mbi=MBI)

        answer = Script(user).post("individuals/", {**ANA, "mbi": MBI})

        (found,) = answer.json()["possible_duplicates"]
        assert (found["individual"], found["reasons"]) == (None, [])

    def test_creates_once_under_one_key(self, script):
        first = script.post("individuals/", ANA, idempotency_key="job-1")
        again = script.post("individuals/", ANA, idempotency_key="job-1")
        other = script.post("individuals/", {**ANA, "suffix": "Jr"}, idempotency_key="job-1")

        assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
        assert again["Location"] == first["Location"]
        assert again["ETag"] == first["ETag"]
        assert "Idempotency-Replayed" not in first
        assert again["Idempotency-Replayed"] == "true"
        assert other.json()["code"] == "idempotency_key_reused"
        assert Individual.objects.count() == 1

    def test_forgets_a_key_after_a_refusal_and_of_other_callers(self, script):
        assert script.post("individuals/", {}, idempotency_key="a").status_code == 422
        assert script.post("individuals/", ANA, idempotency_key="a").status_code == 201
        assert Script().post("individuals/", ANA, idempotency_key="a").status_code == 201


class TestChange:
    def test_needs_what_the_caller_has_seen(self, script):
        person = IndividualFactory()
        path = f"individuals/{person.pk}/"
        etag = script.get(path)["ETag"]
        Individual.objects.update(nickname="Annie")

        assert script.call("patch", path, {"suffix": "Jr"}).status_code == 428
        assert script.change(path, {"suffix": "Jr"}, if_match=etag).status_code == 412
        person.refresh_from_db()
        assert (person.suffix, person.nickname) == ("", "Annie")

    def test_changes_what_is_given_and_answers_with_the_new_state(self, script):
        person = IndividualFactory(mbi=MBI, notes="Calls at noon")
        path = f"individuals/{person.pk}/"

        answer = script.change(path, {"nickname": "Annie"})

        assert answer.status_code == 200
        assert answer["ETag"] == script.get(path)["ETag"]
        person.refresh_from_db()
        assert (person.nickname, person.notes) == ("Annie", "Calls at noon")
        assert (person.home_phone, person.has_mbi(MBI)) == ("5155550100", True)
        (change,) = Change.objects.filter(action="update")
        assert set(change.after) == {"nickname", "updated_at"}

    def test_replaces_a_record_as_it_was_read(self, script):
        person = IndividualFactory(mbi=MBI, nickname="Annie")
        path = f"individuals/{person.pk}/"
        read = script.get(path).json()
        del read["nickname"]

        answer = script.change(path, read, method="put")

        assert answer.status_code == 200, answer.content
        person.refresh_from_db()
        assert (person.nickname, person.has_mbi(MBI)) == ("", True)
        assert person.type == option("individual_type", "Client")

    def test_keeps_a_value_that_is_no_longer_offered(self, script):
        person = IndividualFactory()
        Option.objects.filter(pk=person.type_id).update(is_active=False)
        path = f"individuals/{person.pk}/"

        answer = script.change(path, {**script.get(path).json(), "suffix": "Jr"}, method="put")

        assert (answer.status_code, answer.json()["type"]) == (200, "Client")
        assert script.post("individuals/", {**ANA, "type": "Client"}).status_code == 422

    def test_writes_nothing_where_nothing_changes(self, script):
        person = IndividualFactory()

        script.change(f"individuals/{person.pk}/", {"last_name": "Lopez"})

        assert not Batch.objects.filter(channel="api").exists()

    def test_takes_the_mbi_away(self, script):
        person = IndividualFactory(mbi=MBI)

        answer = script.change(f"individuals/{person.pk}/", {"mbi": None})

        assert answer.json()["masked_mbi"] == ""
        person.refresh_from_db()
        assert person.mbi_index is None

    def test_adds_a_new_place_and_keeps_the_old_one(self, script):
        address = AddressFactory()
        path = f"individuals/{address.individual_id}/"

        same = script.change(path, {"address": {"line_1": "12 OAK ST", "zip_code": "50010"}})
        other = script.change(path, {"address": {"line_1": "9 Elm St", "zip_code": "50011"}})

        assert len(same.json()["addresses"]) == 1
        shown = {one["line_1"]: one["is_primary"] for one in other.json()["addresses"]}
        assert shown == {"12 Oak St": False, "9 Elm St": True}

    def test_keeps_health_data_from_callers_without_the_right(self):
        CustomFieldFactory(key="tobacco", label="Tobacco", is_health=True)
        CustomFieldFactory(key="pharmacy", label="Pharmacy")
        person = IndividualFactory(custom={"tobacco": "never", "pharmacy": "Corner"})
        may = ["individuals.view_individual", "individuals.change_individual"]
        script = Script(UserFactory(may=may))
        path = f"individuals/{person.pk}/"

        assert script.get(path).json()["custom"] == {"pharmacy": "Corner"}
        assert errors_of(script.change(path, {"custom": {"tobacco": "x"}})) == {
            "custom.tobacco": "unknown_field"
        }
        script.change(path, {"custom": {"pharmacy": None}})
        person.refresh_from_db()
        assert person.custom == {"tobacco": "never"}

    def test_checks_custom_values(self, script):
        CustomFieldFactory(key="visits", label="Visits", type=CustomField.Type.NUMBER)
        person = IndividualFactory()

        answer = script.change(f"individuals/{person.pk}/", {"custom": {"visits": "many"}})

        assert errors_of(answer) == {"custom.visits": "invalid"}

    def test_answers_that_a_state_is_known(self, script):
        path = f"individuals/{IndividualFactory().pk}/"

        answer = script.get(path, if_none_match=script.get(path)["ETag"])

        assert (answer.status_code, answer.content) == (304, b"")
        assert answer["Cache-Control"] == "no-store"

    def test_means_the_same_state_in_every_time_zone(self):
        path = f"individuals/{IndividualFactory().pk}/"
        east = Script(UserFactory(owner=True, time_zone="America/New_York"))
        far = Script(UserFactory(owner=True, time_zone="Pacific/Guam"))

        assert east.get(path)["ETag"] == far.get(path)["ETag"]
        assert east.get(path).json()["created_at"].endswith("Z")
