"""The terms of people stay true whatever changes the people, and whoever works off the backlog."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.services.undo import undo_batch
from individuals.models import Backlog, Individual, IndividualTerm, Name, SalesRecord
from individuals.models.terms import MANY, terms
from individuals.services import search_index
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory, SalesRecordFactory

pytestmark = pytest.mark.django_db


def kept(table="individuals_individual"):
    """Whether the terms are exactly those that the people have; and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT kind, person_id, term FROM {table}term ORDER BY 1, 2, 3")
        stored = cursor.fetchall()
        cursor.execute(f"{terms(table)} ORDER BY 1, 2, 3")
        assert stored == cursor.fetchall()
    return len(stored)


def add_many(count):
    template = IndividualFactory()
    Individual.objects.bulk_create(
        Individual(
            first_name="Ana María", last_name=f"Ruiz-{number}", cell_phone=f"515555{number:04}",
            type=template.type, status=template.status,
        )
        for number in range(count)
    )  # fmt: skip


class TestTriggers:
    def test_follow_a_person(self):
        person = IndividualFactory(nickname="Nita")
        before = kept()

        person.last_name, person.cell_phone = "López-Ruiz", "5155550199"
        person.save()
        assert kept() == before + 3
        assert Name.objects.filter(key="lopezruiz", is_last=True).exists()

        Individual.objects.update(notes="Called.")
        assert kept() == before + 3
        person.delete()
        assert kept() == 0

    def test_follow_an_undo(self):
        with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="Test") as batch:
            IndividualFactory()
        with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="Test") as removal:
            Individual.objects.all().delete()

        undo_batch(batch_id=removal.pk, user=UserFactory(owner=True), at=timezone.now())
        assert kept() > 0
        assert batch.pk

    def test_follow_a_change_of_many(self):
        add_many(MANY)
        search_index.index_waiting()
        Individual.objects.filter(pk=Individual.objects.earliest("pk").pk).update(notes="One")

        Individual.objects.update(last_name="Núñez", cell_phone="")

        assert kept() > MANY
        assert not Backlog.objects.exists()

    def test_keep_sales_records(self):
        SalesRecordFactory(nickname="Nita")
        assert kept("individuals_salesrecord") == 5

        SalesRecord.objects.all().delete()
        assert kept("individuals_salesrecord") == 0


class TestBacklog:
    def test_takes_many_and_is_worked_off_in_parts(self, monkeypatch):
        monkeypatch.setattr(search_index, "CHUNK", 70)
        add_many(MANY)
        assert Backlog.objects.get().work == "index"
        assert IndividualTerm.objects.filter(term__startswith="515555").count() < MANY

        assert search_index.index_waiting() == MANY

        assert kept() > 4 * MANY
        assert search_index.index_waiting() == 0

    def test_meets_people_who_changed_while_they_waited(self):
        add_many(MANY)
        changed = Individual.objects.latest("pk")
        changed.cell_phone = "6415550100"
        changed.save()

        search_index.index_waiting()

        kept()

    def test_forgets_many(self):
        add_many(MANY)
        search_index.index_waiting()

        Individual.objects.all().delete()
        search_index.index_waiting()

        assert kept() == 0

    def test_a_rebuild_makes_the_same_again(self):
        add_many(10)
        before = kept()
        IndividualTerm.objects.filter(kind=3).delete()

        call_command("rebuild_search", verbosity=0)

        assert kept() == before
        assert Name.objects.filter(key="ruiz9").count() == 1
