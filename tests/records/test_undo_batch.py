from datetime import timedelta

import pytest
from django.utils import timezone

from agencyhub.lib.mbi import read_mbi
from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.services.undo import (
    AlreadyUndoneError,
    UndoNotAllowedError,
    UndoWindowClosedError,
    undo_batch,
)
from individuals.models import Address, Individual, SalesRecord
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import (
    MBI,
    OTHER_MBI,
    AddressFactory,
    IndividualFactory,
    SalesRecordFactory,
)

pytestmark = pytest.mark.django_db


def act(summary="Edited"):
    return history.batch(user=None, channel=Batch.Channel.SCREEN, summary=summary)


def undo(batch, user=None):
    user = user or UserFactory(owner=True)
    return undo_batch(batch_id=batch.pk, user=user, at=timezone.now())


class TestUndoBatch:
    def test_restores_columns_and_lists_what_was_edited_since(self):
        person = IndividualFactory(home_phone="5155550100", email="ana@example.com")
        with act() as batch:
            Individual.objects.update(home_phone="5155550111", email="new@example.com")
        Individual.objects.update(home_phone="5155550122")

        result = undo(batch)

        person.refresh_from_db()
        assert (person.home_phone, person.email) == ("5155550122", "ana@example.com")
        assert result.restored == 1
        assert result.kept == [f"Individual {person.pk}: home phone was edited since."]

    def test_removes_what_was_added_and_brings_back_what_was_removed(self):
        address = AddressFactory(line_1="1 Old Rd")
        with act() as batch:
            Address.objects.all().delete()
            AddressFactory(individual=address.individual, line_1="2 New Rd")

        result = undo(batch)

        assert list(Address.objects.values_list("pk", "line_1")) == [(address.pk, "1 Old Rd")]
        assert (result.restored, result.kept) == (2, [])

    def test_keeps_a_new_row_that_somebody_edited(self):
        with act() as batch:
            person = IndividualFactory()
        Individual.objects.update(nickname="Annie")

        result = undo(batch)

        assert result.kept == [f"Individual {person.pk} stays: nickname was edited since."]
        assert Individual.objects.filter(pk=person.pk).exists()

    def test_keeps_a_new_row_that_later_rows_refer_to(self):
        with act() as batch:
            person = IndividualFactory()
        AddressFactory(individual=person)

        result = undo(batch)

        assert result.kept == [f"Individual {person.pk} stays: addresses refer to it."]
        assert result.restored == 0
        assert Individual.objects.filter(pk=person.pk).exists()

    def test_removes_rows_that_refer_to_each_other(self):
        with act() as batch:
            address = AddressFactory()
            SalesRecordFactory(individual=address.individual)

        result = undo(batch)

        assert result.restored == 3
        assert not Individual.objects.exists()
        assert not SalesRecord.objects.exists()

    def test_says_when_a_record_it_refers_to_is_gone(self):
        agent = AgentFactory()
        person = IndividualFactory(servicing_agent=agent)
        with act() as batch:
            Individual.objects.update(servicing_agent=None)
        agent.delete()

        result = undo(batch)

        assert result.kept == [
            f"Individual {person.pk} stays: a record it refers to was removed since."
        ]

    def test_restores_the_mbi_as_one_value(self):
        person = IndividualFactory(mbi=MBI)
        with act() as batch:
            person.set_mbi(read_mbi(OTHER_MBI))
            person.save()

        undo(batch)

        person.refresh_from_db()
        assert person.mbi.reveal() == MBI
        assert person.has_mbi(MBI)

    def test_leaves_the_mbi_alone_when_it_was_edited_since(self):
        person = IndividualFactory(mbi=MBI)
        with act() as batch:
            person.set_mbi(read_mbi(OTHER_MBI))
            person.save()
        person.set_mbi(None)
        person.save()

        result = undo(batch)

        person.refresh_from_db()
        assert person.mbi is None
        assert result.kept == [f"Individual {person.pk}: MBI was edited since."]

    def test_restores_custom_values_one_by_one(self):
        person = IndividualFactory(custom={"a": "1", "b": "1"})
        with act() as batch:
            Individual.objects.update(custom={"a": "2", "b": "2", "c": "2"})
        Individual.objects.update(custom={"a": "3", "b": "2", "c": "2", "d": "4"})

        result = undo(batch)

        person.refresh_from_db()
        assert person.custom == {"a": "3", "b": "1", "d": "4"}
        assert result.kept == [f"Individual {person.pk}: a was edited since."]

    def test_switches_the_primary_address_back(self):
        old = AddressFactory()
        with act() as batch:
            Address.objects.update(is_primary=False)
            AddressFactory(individual=old.individual, line_1="2 New Rd")

        result = undo(batch)

        assert list(Address.objects.values_list("pk", "is_primary")) == [(old.pk, True)]
        assert result.restored == 2

    def test_is_undone_by_the_same_code(self):
        person = IndividualFactory(email="old@example.com")
        with act("Changed the e-mail") as batch:
            Individual.objects.update(email="new@example.com")
            AddressFactory(individual=person)

        first = undo(batch)
        again = undo(first.batch)

        person.refresh_from_db()
        batch.refresh_from_db()
        assert person.email == "new@example.com"
        assert person.addresses.count() == 1
        assert again.batch.summary == "Redid: Changed the e-mail"
        assert batch.undone_at is None

    def test_refuses_a_second_undo(self):
        IndividualFactory()
        with act() as batch:
            Individual.objects.update(email="new@example.com")
        undo(batch)

        with pytest.raises(AlreadyUndoneError):
            undo(batch)

        assert Batch.objects.filter(undo_of=batch).count() == 1

    def test_refuses_after_thirty_days(self):
        with act() as batch:
            person = IndividualFactory()

        with pytest.raises(UndoWindowClosedError):
            undo_batch(
                batch_id=batch.pk,
                user=UserFactory(owner=True),
                at=batch.created_at + timedelta(days=30, seconds=1),
            )

        assert Individual.objects.filter(pk=person.pk).exists()

    def test_refuses_a_user_without_the_right(self):
        with act() as batch:
            person = IndividualFactory()

        with pytest.raises(UndoNotAllowedError):
            undo(batch, user=UserFactory(may=["individuals.change_individual"]))

        assert Individual.objects.filter(pk=person.pk).exists()

    def test_refuses_what_the_system_set_up(self):
        with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary="Set up") as batch:
            person = IndividualFactory()

        with pytest.raises(UndoNotAllowedError, match="own setup"):
            undo(batch, user=UserFactory(owner=True))

        assert Individual.objects.filter(pk=person.pk).exists()

    def test_skips_a_column_that_no_longer_exists(self):
        person = IndividualFactory(email="old@example.com")
        with act() as batch:
            Individual.objects.update(email="new@example.com")
            AddressFactory(individual=person)
        for change in batch.changes.all():
            change.before = {**change.before, "fax": "1"} if change.before else None
            change.after = {**change.after, "fax": "2"}
            change.save()

        result = undo(batch)

        person.refresh_from_db()
        assert (person.email, person.addresses.count()) == ("old@example.com", 0)
        assert result.kept == []
