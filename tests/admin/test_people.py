"""People in the admin: saving with history, MBIs that go in and never come out, private search."""

import pytest

from agencyhub.records.models import Batch, Change, CustomField
from individuals.models import Address, Individual
from tests.factories.individuals import (
    MBI,
    OTHER_MBI,
    AddressFactory,
    IndividualFactory,
    SalesRecordFactory,
)
from tests.factories.policies import PolicyFactory

LIST = "/admin/individuals/individual/"


def form_of(person: Individual, **changes: object) -> dict[str, object]:
    """What the change form posts when nothing but ``changes`` was typed."""
    form = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "date_of_birth": "1958-03-14",
        "language": "en",
        "type": person.type_id,
        "status": person.status_id,
        "email": person.email,
        "home_phone": "(515) 555-0100",
        "addresses-TOTAL_FORMS": 0,
        "addresses-INITIAL_FORMS": 0,
        "individualagent_set-TOTAL_FORMS": 0,
        "individualagent_set-INITIAL_FORMS": 0,
    }
    return {**form, **changes}


@pytest.fixture
def person(db) -> Individual:
    return IndividualFactory(mbi=MBI)


class TestSave:
    def test_is_one_batch_of_the_admin_channel(self, page, owner, person):
        answer = page.post(f"{LIST}{person.pk}/change/", form_of(person, first_name="Anna"))

        assert answer.status_code == 302
        batch = Batch.objects.get(channel=Batch.Channel.ADMIN)
        assert (batch.user, batch.summary) == (owner, "Saved individual in the admin")
        change = Change.objects.get(batch=batch, table_name="individuals_individual")
        assert (change.before["first_name"], change.after["first_name"]) == ("Ana", "Anna")

    def test_with_errors_changes_nothing_and_leaves_no_batch(self, page, person):
        form = form_of(person, first_name="Anna", home_phone="12")

        answer = page.post(f"{LIST}{person.pk}/change/", form)

        assert answer.status_code == 200
        assert "Use a US number of ten digits" in answer.text
        person.refresh_from_db()
        assert person.first_name == "Ana"
        assert not Batch.objects.exists()

    def test_keeps_the_mbi_when_nothing_is_typed(self, page, person):
        page.post(f"{LIST}{person.pk}/change/", form_of(person))

        person.refresh_from_db()
        assert person.mbi.reveal() == MBI

    def test_seals_a_new_mbi_and_shows_its_last_four(self, page, person):
        page.post(f"{LIST}{person.pk}/change/", form_of(person, new_mbi="1eg4-te5-mk72"))

        person.refresh_from_db()
        assert person.mbi.reveal() == OTHER_MBI
        assert person.has_mbi(OTHER_MBI)
        text = page.get(f"{LIST}{person.pk}/change/").text
        assert "Stored: •••••••MK72" in text
        assert OTHER_MBI not in text

    @pytest.mark.parametrize(
        ("_case", "typed", "words"),
        [
            ("a letter that never occurs", "1SG4TE5MK73", "This is not an MBI"),
            ("too short", "1EG4", "has 11 characters; this one has 4"),
            ("masked over full", "*******MK72", "A masked one cannot take its place"),
        ],
    )
    def test_refuses_a_wrong_mbi_and_keeps_the_stored_one(self, _case, typed, words, page, person):
        answer = page.post(f"{LIST}{person.pk}/change/", form_of(person, new_mbi=typed))

        assert answer.status_code == 200
        assert words in answer.text
        person.refresh_from_db()
        assert person.mbi.reveal() == MBI

    def test_removes_the_mbi_when_asked(self, page, person):
        page.post(f"{LIST}{person.pk}/change/", form_of(person, clear_mbi="on"))

        person.refresh_from_db()
        assert (person.mbi, person.mbi_index, person.mbi_tail) == (None, None, "")

    def test_saves_custom_fields(self, page, person):
        CustomField.objects.create(target="individual", key="pet", label="Pet", type="text")

        page.post(f"{LIST}{person.pk}/change/", form_of(person, custom_pet="Cat"))

        person.refresh_from_db()
        assert person.custom == {"pet": "Cat"}

    def test_moves_the_primary_mark_from_one_address_to_another(self, page, person):
        first = AddressFactory(individual=person)
        second = AddressFactory(individual=person, is_primary=False, line_1="9 Elm St")
        form = form_of(
            person,
            **{
                "addresses-TOTAL_FORMS": 2,
                "addresses-INITIAL_FORMS": 2,
                "addresses-0-id": second.pk,
                "addresses-0-individual": person.pk,
                "addresses-0-line_1": "9 Elm St",
                "addresses-0-is_primary": "on",
                "addresses-1-id": first.pk,
                "addresses-1-individual": person.pk,
                "addresses-1-line_1": "12 Oak St",
            },
        )

        answer = page.post(f"{LIST}{person.pk}/change/", form)

        assert answer.status_code == 302
        assert Address.objects.get(is_primary=True) == second


class TestDelete:
    def test_is_recorded(self, page, person):
        answer = page.post(f"{LIST}{person.pk}/delete/", {"post": "yes"})

        assert answer.status_code == 302
        assert not Individual.objects.exists()
        batch = Batch.objects.get(summary="Deleted individual in the admin")
        assert Change.objects.filter(batch=batch, action="delete").exists()


class TestSearch:
    @pytest.mark.parametrize(
        ("_case", "typed"),
        [
            ("full MBI with dashes", "1eg4-te5-mk73"),
            ("last and first name", "lopez, ana"),
            ("phone", "(515) 555-0100"),
            ("e-mail", "ANA@example.com"),
        ],
    )
    def test_finds_a_person_and_keeps_the_text_out_of_the_url(self, _case, typed, page, person):
        IndividualFactory(
            first_name="Zoe", last_name="Zimmer", email="z@example.com", home_phone=""
        )

        redirect = page.post(LIST, {"search": typed})
        answer = page.get(redirect.url)

        assert redirect.status_code == 302
        assert redirect.url.startswith(f"{LIST}?q=~")
        assert "Lopez, Ana" in answer.text
        assert "Zimmer" not in answer.text

    def test_mark_of_another_session_finds_nobody(self, page, person):
        answer = page.get(f"{LIST}?q=~stranger")

        assert answer.status_code == 200
        assert "Lopez, Ana" not in answer.text

    def test_session_holds_the_text_sealed(self, page, person):
        page.post(LIST, {"search": MBI})

        assert MBI not in str(dict(page.session))

    def test_picker_takes_a_post_and_answers_with_names(self, page, person):
        field = {"app_label": "policies", "model_name": "policy", "field_name": "subscriber"}

        answer = page.post("/admin/autocomplete/", {"term": "lop", **field})

        assert answer.json()["results"] == [
            {"id": str(person.pk), "text": f"Lopez, Ana · {person.pk}"}
        ]

    def test_sales_records_are_found_by_mbi_too(self, page, db):
        SalesRecordFactory(mbi=MBI, last_name="Findme")
        SalesRecordFactory(last_name="Otherwise")

        redirect = page.post("/admin/individuals/salesrecord/", {"search": MBI})
        text = page.get(redirect.url).text

        assert "Findme" in text
        assert "Otherwise" not in text

    @pytest.mark.parametrize(
        ("_case", "typed"),
        [("number", "az 001"), ("name of the subscriber", "lopez"), ("MBI", "1EG4-TE5-MK73")],
    )
    def test_policies_are_found_by(self, _case, typed, page, person):
        PolicyFactory(subscriber=person, policy_number="AZ-00123")
        other = IndividualFactory(last_name="Zimmer")
        PolicyFactory(subscriber=other, policy_number="QQ-777")

        redirect = page.post("/admin/policies/policy/", {"search": typed})
        text = page.get(redirect.url).text

        assert ("AZ-00123" in text, "QQ-777" in text) == (True, False)
