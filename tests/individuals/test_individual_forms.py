"""Creating and editing an individual: what is read, refused, and never lost."""

from datetime import date

import pytest
from django.urls import reverse

from agencyhub.records.models import Batch, Change
from individuals.models import Individual
from tests.factories.accounts import AgentFactory
from tests.factories.individuals import MBI, OTHER_MBI, IndividualFactory
from tests.factories.records import CustomFieldFactory
from tests.individuals.conftest import signed_in

pytestmark = pytest.mark.django_db

CREATE = reverse("individuals:individual_create")
NEW = {"first_name": " Ana ", "last_name": "Lopez", "language": "en"}
HTMX = {"headers": {"HX-Request": "true"}}


def edit(individual):
    return reverse("individuals:individual_edit", args=[individual.pk])


def typed(client, individual, **changed):
    """What a browser sends when the form was opened now and ``changed`` was typed."""
    form = client.get(edit(individual)).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    shown = {name: "" if value is None else value for name, value in shown.items()}
    return {**shown, **changed}


class TestIndividualCreate:
    def test_stores_what_was_typed_in_the_databases_spelling(self, page, agent):
        other = AgentFactory()

        response = page.post(
            CREATE,
            {
                **NEW,
                "date_of_birth": "1958-03-14",
                "home_phone": "(515) 555-0100",
                "new_mbi": "1eg4-te5-mk73",
                "servicing_agent": agent.pk,
                "additional_agents": [other.pk],
                "address-line_1": "12 Oak St",
                "address-city": "Ames",
                "address-state": "IA",
                "address-zip_code": " 50010 ",
            },
        )

        individual = Individual.objects.get()
        assert response.url == reverse("individuals:individual_detail", args=[individual.pk])
        assert (individual.first_name, individual.home_phone) == ("Ana", "5155550100")
        assert individual.date_of_birth == date(1958, 3, 14)
        assert individual.mbi.reveal() == MBI
        assert list(individual.additional_agents.all()) == [other]
        address = individual.addresses.get()
        assert (address.zip_code, address.is_primary) == ("50010", True)
        assert Change.objects.filter(batch__summary="Created an Individual").count() == 3

    def test_needs_no_address(self, page):
        page.post(CREATE, NEW)

        assert not Individual.objects.get().addresses.exists()

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("last_name", "", "required"),
            ("home_phone", "12", "ten digits"),
            ("new_mbi", "1EG4", "11 characters"),
            ("date_of_birth", "2999-01-01", "in the past"),
            ("deceased_date", "2999-01-01", "future"),
            ("email", "ana", "valid email"),
            ("address-zip_code", "5001", "5 digits"),
        ],
    )
    def test_says_what_is_wrong_and_stores_nothing(self, page, field, value, words):
        response = page.post(CREATE, {**NEW, field: value})

        assert response.status_code == 422
        assert words in response.content.decode()
        assert not Individual.objects.exists()

    def test_answers_htmx_with_the_form_only(self, page):
        response = page.post(CREATE, {**NEW, "last_name": ""}, **HTMX)

        assert response.status_code == 422
        assert "<html" not in response.content.decode()

    def test_redirects_htmx_by_a_header(self, page):
        response = page.post(CREATE, NEW, **HTMX)

        assert "/individuals/" in response["HX-Redirect"]

    @pytest.mark.parametrize(
        ("_case", "known", "new"),
        [
            ("same name and birth", {}, {"date_of_birth": "1958-03-14", "last_name": "LÓPEZ"}),
            ("same MBI", {"mbi": MBI, "last_name": "Reed"}, {"new_mbi": MBI}),
        ],
    )
    def test_asks_back_when_the_person_seems_to_be_known(self, page, _case, known, new):
        known = IndividualFactory(**known)

        asked = page.post(CREATE, {**NEW, **new})

        assert asked.status_code == 422
        assert f'href="/individuals/{known.pk}/"' in asked.content.decode()
        assert Individual.objects.count() == 1
        assert asked.context["form"]["is_other_person"].field.widget.input_type == "checkbox"

        page.post(CREATE, {**NEW, **new, "is_other_person": "on"})
        assert Individual.objects.count() == 2

    def test_does_not_say_who_is_in_another_agents_book(self, agent_page):
        IndividualFactory(email="hidden@example.com")

        asked = agent_page.post(CREATE, {**NEW, "date_of_birth": "1958-03-14"})

        html = asked.content.decode()
        assert "another agent&#x27;s book" in html or "another agent's book" in html
        assert "hidden@example.com" not in html

    def test_tells_an_agent_who_gave_the_person_away(self, agent_page):
        response = agent_page.post(CREATE, {**NEW, "servicing_agent": AgentFactory().pk})

        assert response.url == reverse("individuals:individual_list")

    def test_starts_with_the_agent_who_creates(self, agent_page, agent):
        form = agent_page.get(CREATE).context["form"]

        assert form["servicing_agent"].value() == agent.pk

    def test_needs_the_right(self, powerless_page):
        assert powerless_page.get(CREATE).status_code == 403


class TestIndividualEdit:
    def test_changes_one_field_and_keeps_the_others(self, page):
        individual = IndividualFactory(mbi=MBI, notes="Prefers mail.", custom={"kept": "1"})

        page.post(edit(individual), typed(page, individual, cell_phone="515.555.0101"))

        individual.refresh_from_db()
        assert individual.cell_phone == "5155550101"
        assert individual.mbi.reveal() == MBI
        assert (individual.notes, individual.custom) == ("Prefers mail.", {"kept": "1"})

    def test_shows_the_stored_mbi_as_a_mask_only(self, page):
        individual = IndividualFactory(mbi=MBI)

        html = page.get(edit(individual)).content.decode()

        assert "•••••••MK73" in html
        assert MBI not in html

    def test_replaces_the_mbi_by_a_new_one(self, page):
        individual = IndividualFactory(mbi=MBI)

        page.post(edit(individual), typed(page, individual, new_mbi=OTHER_MBI))

        individual.refresh_from_db()
        assert individual.has_mbi(OTHER_MBI)

    def test_removes_the_mbi_by_the_box(self, page):
        individual = IndividualFactory(mbi=MBI)

        page.post(edit(individual), typed(page, individual, clear_mbi="on"))

        individual.refresh_from_db()
        assert (individual.mbi, individual.mbi_index, individual.mbi_tail) == (None, None, "")

    @pytest.mark.parametrize(
        "changed", [{"new_mbi": "XXXXXXXMK73"}, {"new_mbi": OTHER_MBI, "clear_mbi": "on"}]
    )
    def test_refuses_an_mbi_that_makes_no_sense(self, page, changed):
        individual = IndividualFactory(mbi=MBI)

        response = page.post(edit(individual), typed(page, individual, **changed))

        assert response.status_code == 422
        individual.refresh_from_db()
        assert individual.has_mbi(MBI)

    def test_writes_nothing_when_nothing_was_changed(self, page):
        individual = IndividualFactory()
        before = Batch.objects.count()

        page.post(edit(individual), typed(page, individual))

        assert Batch.objects.count() == before

    def test_refuses_the_servicing_agent_as_an_additional_one(self, page, agent):
        individual = IndividualFactory()
        both = {"servicing_agent": agent.pk, "additional_agents": [agent.pk]}

        response = page.post(edit(individual), typed(page, individual, **both))

        assert "is the servicing agent already" in response.content.decode()

    def test_edits_custom_fields(self, page):
        CustomFieldFactory(key="doctor", label="Family doctor")
        individual = IndividualFactory()

        page.post(edit(individual), typed(page, individual, custom_doctor="Dr. Reed"))

        individual.refresh_from_db()
        assert individual.custom == {"doctor": "Dr. Reed"}

    def test_is_not_found_outside_of_the_book(self, agent_page):
        assert agent_page.get(edit(IndividualFactory())).status_code == 404

    def test_needs_the_right(self, powerless_page):
        assert powerless_page.get(edit(IndividualFactory())).status_code == 403


class TestTwoPeopleEditAtOnce:
    def test_the_second_loses_nothing_and_sees_both_values(self, page, agent_user, agent):
        individual = IndividualFactory(servicing_agent=agent)
        mine = typed(page, individual, email="mine@example.com", nickname="Annie")
        other = signed_in(agent_user)
        other.post(edit(individual), typed(other, individual, email="theirs@example.com"))

        response = page.post(edit(individual), mine)

        html = response.content.decode()
        assert response.status_code == 422
        assert f"{agent_user.display_name} saved this Individual after you opened it" in html
        assert 'value="mine@example.com"' in html
        assert 'value="Annie"' in html
        labels = [row["label"] for row in response.context["differences"]]
        assert labels == ["Nickname", "Email"]
        individual.refresh_from_db()
        assert individual.email == "theirs@example.com"

    def test_the_second_may_save_again_after_comparing(self, page, agent_user, agent):
        individual = IndividualFactory(servicing_agent=agent)
        mine = typed(page, individual, email="mine@example.com")
        other = signed_in(agent_user)
        other.post(edit(individual), typed(other, individual, email="theirs@example.com"))
        again = page.post(edit(individual), mine).context["form"].data

        response = page.post(edit(individual), again)

        assert response.status_code == 302
        individual.refresh_from_db()
        assert individual.email == "mine@example.com"
