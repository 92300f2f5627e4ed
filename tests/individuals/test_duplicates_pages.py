"""The queue of possible duplicates, and who looks alike while somebody types."""

from datetime import date

import pytest
from django.urls import reverse

from individuals.models import DuplicatePair, Individual, Look
from individuals.services import duplicates
from tests.factories.accounts import UserFactory
from tests.factories.individuals import MBI, AddressFactory, IndividualFactory
from tests.individuals.conftest import signed_in

pytestmark = pytest.mark.django_db

State = DuplicatePair.State
LIST = reverse("individuals:duplicate_list")
HTMX = {"HX-Request": "true"}
NAMES = (
    *("Abbott", "Baker", "Cole", "Delgado", "Eastwood", "Fuentes"),
    *("Gomez", "Hightower", "Ibarra", "Jackson", "Kowalski", "Lumley"),
)


def twice(**facts):
    """Somebody who is there twice."""
    one, other = IndividualFactory(**facts), IndividualFactory(**facts)
    duplicates.detect(individual_ids=[other.pk])
    return DuplicatePair.objects.get(first=one, second=other)


def url(role, pair):
    return reverse(f"individuals:duplicate_{role}", args=[pair.pk])


class TestQueue:
    def test_shows_the_surest_first_then_the_newest(self, page):
        possible = [twice(last_name=n, home_phone="", email="") for n in ("Abbott", "Baker")]
        certain = twice(last_name="Cole")

        response = page.get(LIST)

        shown = [row.pair for row in response.context["rows"]]
        assert shown == [certain, possible[1], possible[0]]
        assert response.context["left"].number == 3
        text = response.content.decode()
        assert text.index("Cole") < text.index("Baker") < text.index("Abbott")
        assert "same name" in text

    def test_shows_pairs_of_whom_the_user_sees_both(self, agent_page, agent):
        pair = twice()
        Individual.objects.filter(pk=pair.first_id).update(servicing_agent=agent)

        assert agent_page.get(LIST).context["rows"] == []
        assert agent_page.post(url("dismiss", pair)).status_code == 404
        assert agent_page.get(url("open", pair)).status_code == 404

        Individual.objects.update(servicing_agent=agent)
        assert len(agent_page.get(LIST).context["rows"]) == 1

    def test_hides_pairs_of_people_who_are_gone(self, page):
        pair = twice()
        Individual.objects.filter(pk=pair.second_id).delete()

        response = page.get(LIST)

        assert response.context["rows"] == []
        assert response.context["left"].number == 0

    def test_is_for_those_who_may_view_individuals(self, powerless_page):
        assert powerless_page.get(LIST).status_code == 403

    def test_masks_the_mbi_and_notes_who_looked(self, page, staff):
        pair = twice(mbi=MBI)

        text = page.get(LIST).content.decode()

        assert MBI not in text
        assert MBI[-4:] in text
        looked = Look.objects.filter(user=staff, how=Look.How.MERGE)
        assert set(looked.values_list("individual_id", flat=True)) == {
            pair.first_id,
            pair.second_id,
        }

    def test_asks_the_database_as_often_for_twelve_pairs_as_for_one(
        self, page, django_assert_max_num_queries
    ):
        for number, name in enumerate(NAMES):
            pair = twice(last_name=name, email="", home_phone=f"515555010{number:x}")
            AddressFactory(individual=pair.first)

        with django_assert_max_num_queries(14):
            assert len(page.get(LIST).context["rows"]) == 12

    def test_goes_on_after_a_skipped_pair(self, page):
        pair = twice()

        response = page.get(LIST, {"after": pair.pk})

        assert response.context["rows"] == []
        assert "All done" in response.content.decode()


class TestDecide:
    def test_remembers_that_they_are_two_people(self, page, staff):
        pair = twice()

        response = page.post(url("dismiss", pair), headers=HTMX)

        pair.refresh_from_db()
        assert (pair.state, pair.decided_by) == (State.NOT_DUPLICATE, staff)
        text = response.content.decode()
        assert "are two people" in text
        assert "<strong>0</strong> left, <strong>1</strong> done today" in text
        assert "<html" not in text

    def test_works_without_javascript(self, page):
        pair = twice()

        response = page.post(url("dismiss", pair), follow=True)

        assert response.redirect_chain == [(LIST, 302)]
        assert "two people" in response.content.decode()

    def test_can_be_undone(self, page):
        pair = twice()
        page.post(url("dismiss", pair))

        response = page.post(url("reopen", pair), headers=HTMX)

        pair.refresh_from_db()
        assert pair.state == State.OPEN
        assert f'id="pair-{pair.pk}"' in response.content.decode()

    def test_says_when_somebody_was_quicker(self, page):
        pair = twice()
        page.post(url("dismiss", pair))

        response = page.post(url("dismiss", pair), headers=HTMX)

        assert "decided already" in response.content.decode()

    def test_needs_the_right_to_change_individuals(self):
        pair = twice()
        reader = signed_in(UserFactory(may=["individuals.view_individual"]))

        assert reader.post(url("dismiss", pair)).status_code == 403
        assert reader.get(LIST).status_code == 200


class TestRibbon:
    URL = reverse("individuals:individual_lookalikes")
    TYPED = {"first_name": "ana", "last_name": "LÓPEZ", "date_of_birth": "1958-03-14"}

    def test_names_who_looks_alike(self, page):
        known = IndividualFactory()

        response = page.post(self.URL, self.TYPED)

        assert [one.individual for one in response.context["lookalikes"]] == [known]
        assert "same name, same date of birth" in response.content.decode()

    def test_does_not_say_who_somebody_of_another_book_is(self, agent_page):
        IndividualFactory()

        text = agent_page.post(self.URL, self.TYPED).content.decode()

        assert "another agent" in text
        assert "Lopez" not in text

    @pytest.mark.parametrize(
        "typed",
        [{}, {"first_name": "Ana"}, {**TYPED, "date_of_birth": "1", "home_phone": "12"}],
        ids=["nothing", "half a name", "what cannot be read"],
    )
    def test_stays_silent_about(self, page, typed):
        IndividualFactory()

        assert page.post(self.URL, typed).content.strip() == b""

    def test_leaves_out_who_is_edited_and_whom_they_are_known_not_to_be(self, page):
        pair = twice()
        edit = reverse("individuals:individual_edit_lookalikes", args=[pair.first_id])
        assert len(page.post(edit, self.TYPED).context["lookalikes"]) == 1

        page.post(url("dismiss", pair))

        assert page.post(edit, self.TYPED).context["lookalikes"] == []

    def test_finds_by_a_full_mbi_alone(self, page):
        IndividualFactory(mbi=MBI, date_of_birth=date(1940, 1, 1))

        found = page.post(self.URL, {"first_name": "X", "new_mbi": MBI}).context["lookalikes"]

        assert found[0].reason.startswith("same MBI")


class TestSweep:
    def test_finds_everybody_and_drops_pairs_of_people_who_are_gone(self):
        pair = twice()
        stale = twice(last_name="Cole", email="", home_phone="")
        Individual.objects.filter(pk=stale.second_id).delete()
        DuplicatePair.objects.filter(pk=pair.pk).delete()

        found = duplicates.sweep()

        assert (found.opened, found.closed) == (1, 1)
        assert DuplicatePair.objects.get().door == DuplicatePair.Door.SWEEP
