"""Notes that are added to people from their pages."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.forms.notes import LONGEST
from individuals.models import Individual
from individuals.services.merges import merge
from individuals.services.notes import add_note
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory, SalesRecordFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def url(person):
    return reverse(f"individuals:{person._meta.model_name}_note", args=[person.pk])


def record_page(person):
    return reverse(f"individuals:{person._meta.model_name}_detail", args=[person.pk])


@pytest.fixture(params=[IndividualFactory, SalesRecordFactory])
def person(request):
    return request.param()


def add(person, text, user):
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary="Added a note"):
        return add_note(person=person, text=text, user=user, at=AT)


class TestAddNote:
    def test_puts_the_newest_on_top_with_day_and_writer(self, person):
        user = UserFactory(first_name="Grace", last_name="Whitfield")
        type(person).objects.filter(pk=person.pk).update(notes="Prefers mornings")

        assert add(person, "Called back", user)

        person.refresh_from_db()
        assert person.notes == "11/23/2026 · Grace Whitfield\nCalled back\n\nPrefers mornings"

    def test_takes_the_same_note_once(self, person):
        user = UserFactory()
        add(person, "Called back", user)
        person.refresh_from_db()
        before = person.notes

        assert not add(person, "Called back", user)

        person.refresh_from_db()
        assert person.notes == before

    def test_takes_a_note_that_only_begins_like_the_newest(self, person):
        user = UserFactory()
        add(person, "Called back later", user)

        assert add(person, "Called back", user)

        person.refresh_from_db()
        assert person.notes.count("Called back") == 2


class TestNotePages:
    def test_add_and_show_it(self, page, person):
        answer = page.post(url(person), {"text": "Wants a PPO"}, follow=True)

        assert answer.redirect_chain[0][0] == record_page(person)
        shown = answer.content.decode()
        assert "The note was added." in shown
        assert "Wants a PPO" in shown
        person.refresh_from_db()
        assert person.notes.endswith("\nWants a PPO")

    @pytest.mark.parametrize("text", ["", "  \n ", "x" * (LONGEST + 1)])
    def test_refuse_what_is_no_note(self, page, person, text):
        answer = page.post(url(person), {"text": text}, follow=True)

        assert "The note was added." not in answer.content.decode()
        assert "alert" in answer.content.decode()
        person.refresh_from_db()
        assert person.notes == ""

    def test_offer_no_box_and_take_no_note_without_the_right(self, powerless_page, person):
        answer = powerless_page.post(url(person), {"text": "Wants a PPO"})

        assert answer.status_code == 403
        person.refresh_from_db()
        assert person.notes == ""

    def test_know_nobody_outside_the_book(self, agent_page, person):
        answer = agent_page.post(url(person), {"text": "Wants a PPO"})

        assert answer.status_code == 404

    def test_bring_a_note_to_who_remains_after_a_merge(self, page, staff):
        one, other = IndividualFactory(), IndividualFactory(first_name="Anna")
        seen = {each.pk: each.updated_at for each in (one, other)}
        merge(survivor_id=one.pk, loser_id=other.pk, choices={}, seen=seen, user=staff, at=AT)

        page.post(reverse("individuals:individual_note", args=[other.pk]), {"text": "Hello"})

        assert Individual.objects.get(pk=one.pk).notes.endswith("\nHello")
