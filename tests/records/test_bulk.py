"""Rows added in bulk: ranges on the timeline, in reach, in lists of a batch, and their undo."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from agencyhub.accounts.models import Role
from agencyhub.records import bulk, history, selectors, touched
from agencyhub.records.models import Batch, Change, InsertedRange
from agencyhub.records.reach import is_within_reach
from agencyhub.records.services.undo import UndoNotAllowedError, undo_batch
from individuals.models import Individual
from policies.models import Policy
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import AddressFactory, IndividualFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
NOW = datetime.now(tz=UTC)


@pytest.fixture
def owner():
    return UserFactory(is_superuser=True)


def add(rows, *, user=None):
    """Add individuals, each with a policy, the way an import does."""
    with history.batch(user=user, channel=Batch.Channel.IMPORT, summary="Imported") as batch:
        with bulk.without_changes():
            people = IndividualFactory.create_batch(rows)
            policies = [PolicyFactory(subscriber=one) for one in people]
            bulk.record_inserted(batch=batch, model=Individual, ids=[one.pk for one in people])
            bulk.record_inserted(batch=batch, model=Policy, ids=[one.pk for one in policies])
    return batch, people, policies


def edit(person, name="Edited"):
    with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="Edited"):
        person.last_name = name
        person.save()


class TestRanges:
    @pytest.mark.parametrize(
        ("ids", "found"),
        [([], []), ([3], [(3, 3)]), ([3, 4, 5, 9], [(3, 5), (9, 9)]), ([1, 3], [(1, 1), (3, 3)])],
    )
    def test_fold_consecutive_keys(self, ids, found):
        assert list(bulk.ranges(ids)) == found

    def test_reserved_keys_belong_to_nobody_else(self):
        taken = bulk.reserve(Individual, count=3)
        assert sorted(taken) == taken
        assert IndividualFactory().pk not in taken


class TestHistory:
    def test_writes_no_change_for_rows_that_come(self):
        batch, people, _ = add(2)
        assert not batch.changes.filter(record_id__in=[one.pk for one in people]).exists()
        assert InsertedRange.objects.filter(batch=batch).count() == 2

    def test_still_writes_updates(self):
        with history.batch(user=None, channel=Batch.Channel.IMPORT, summary="x") as batch:
            person = IndividualFactory()
            with bulk.without_changes():
                Individual.objects.filter(pk=person.pk).update(last_name="New")
        assert batch.changes.filter(action=Change.Action.UPDATE).exists()

    def test_writes_again_afterwards(self):
        add(1)
        with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="x") as batch:
            IndividualFactory()
        assert batch.changes.exists()

    def test_steps_of_one_batch_may_commit_apart(self):
        with history.batch(user=None, channel=Batch.Channel.IMPORT, summary="x") as batch:
            first = IndividualFactory()
        with history.resume(batch):
            second = IndividualFactory()
        changed = batch.changes.values_list("record_id", flat=True)
        assert {first.pk, second.pk} <= set(changed)


class TestReading:
    def test_stands_on_the_timelines(self, owner):
        _, (person, _), (policy, _) = add(2)
        (item,) = selectors.timeline(
            table="individuals_individual",
            record_id=person.pk,
            individual_id=person.pk,
            viewer=owner,
        )
        assert item.text == "Imported"
        assert f"Policy {policy.pk} added" in item.reasons
        assert item.undo_url

    def test_the_page_of_the_batch_lists_the_rows(self, owner):
        batch, people, _ = add(3)
        page = selectors.batch_page(batch, viewer=owner, limit=4)
        assert page.is_cut
        assert page.may_undo
        assert f"Individual {people[0].pk} added" in [row.headline for row in page.rows]

    def test_the_rows_of_a_batch_are_those_added_and_changed(self):
        other = IndividualFactory()
        IndividualFactory()
        batch, people, _ = add(2)
        with history.resume(batch):
            Individual.objects.filter(pk=other.pk).update(last_name="New")
        assert set(touched.rows(Individual, batch_id=batch.pk)) == {other, *people}

    def test_is_for_those_who_see_every_row(self):
        may = ["individuals.view_individual", "policies.view_policy"]
        user = UserFactory(may=may, may__reach=Role.Scope.OWN)
        agent = AgentFactory(user=user)
        batch, people, _ = add(2, user=user)
        assert not is_within_reach(batch, user=user)
        for one in people:
            one.servicing_agent = agent
            one.save()
        assert is_within_reach(batch, user=user)


class TestUndo:
    def test_removes_what_nobody_needs(self, owner):
        batch, people, _ = add(3)
        result = undo_batch(batch_id=batch.pk, user=owner, at=NOW)
        assert (result.restored, result.kept) == (6, [])
        assert not Individual.objects.filter(pk__in=[one.pk for one in people]).exists()

    def test_keeps_what_was_edited_and_what_it_stands_on(self, owner):
        batch, (edited, plain, insured), (policy, _, other) = add(3)
        edit(edited)
        with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="x"):
            Policy.objects.filter(pk=other.pk).update(policy_number="Z9")
            AddressFactory(individual=plain)
        result = undo_batch(batch_id=batch.pk, user=owner, at=NOW)
        assert set(Individual.objects.all()) == {edited, plain, insured}
        assert not Policy.objects.filter(pk=policy.pk).exists()
        assert sorted(result.kept) == sorted(
            [
                f"Individual {edited.pk} stays: it was edited since.",
                f"Individual {plain.pk} stays: addresses refer to it.",
                f"Individual {insured.pk} stays: policies refer to it.",
                f"Policy {other.pk} stays: it was edited since.",
            ]
        )

    def test_restores_rows_that_the_same_batch_changed(self, owner):
        before = IndividualFactory(last_name="Before")
        batch, _, _ = add(1)
        with history.resume(batch):
            Individual.objects.filter(pk=before.pk).update(last_name="After")
        undo_batch(batch_id=batch.pk, user=owner, at=NOW)
        before.refresh_from_db()
        assert before.last_name == "Before"

    def test_goes_page_by_page_when_there_is_much(self, owner, monkeypatch):
        monkeypatch.setattr("agencyhub.records.rewind.PAGE", 2)
        before = IndividualFactory.create_batch(5, last_name="Before")
        with history.batch(user=None, channel=Batch.Channel.IMPORT, summary="x") as batch:
            gone = AddressFactory(individual=before[0])
        with history.batch(user=None, channel=Batch.Channel.IMPORT, summary="x") as batch:
            Individual.objects.update(last_name="After")
            new = PolicyFactory(subscriber=IndividualFactory())
            gone.delete()
        result = undo_batch(batch_id=batch.pk, user=owner, at=NOW)
        assert result.kept == []
        assert set(Individual.objects.values_list("last_name", flat=True)) == {"Before"}
        assert not Policy.objects.filter(pk=new.pk).exists()
        assert before[0].addresses.count() == 1

    def test_cannot_be_redone(self, owner):
        batch, _, _ = add(1)
        undo = undo_batch(batch_id=batch.pk, user=owner, at=NOW).batch
        with pytest.raises(UndoNotAllowedError, match="Import its file again"):
            undo_batch(batch_id=undo.pk, user=owner, at=NOW)

    def test_leaves_the_session_as_it_was(self, owner):
        batch, _, _ = add(1)
        undo_batch(batch_id=batch.pk, user=owner, at=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('agencyhub.bulk', true)")
            assert cursor.fetchone() in [("off",), ("",), (None,)]
