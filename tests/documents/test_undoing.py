"""Undo of uploads and removals, and what a merge and an unmerge do to documents."""

import pytest

from agencyhub.records.models import Batch
from agencyhub.records.services.undo import UndoNotAllowedError, undo_batch
from documents.models import Document, StillKeptError
from documents.vault import VAULT
from individuals.services.merges import merge
from tests.documents.test_keeping import remove
from tests.factories.accounts import UserFactory
from tests.factories.documents import AT, PDF, PNG, document_of, sent
from tests.factories.individuals import IndividualFactory

pytestmark = pytest.mark.django_db
SCOPE = Document.Kind.SCOPE


class TestUndo:
    def test_takes_an_upload_back_and_brings_it_again(self, record, staff):
        document_of(record, user=staff)
        upload = Batch.objects.latest("pk")

        undone = undo_batch(batch_id=upload.pk, user=staff, at=AT)
        assert not Document.objects.exists()

        undo_batch(batch_id=undone.batch.pk, user=staff, at=AT)
        back = Document.objects.get()
        assert b"".join(VAULT.read(back.stored_as)) == PDF

    def test_takes_a_removal_back(self, record, staff):
        document = document_of(record, user=staff)
        removal = remove(document, user=staff)

        undo_batch(batch_id=removal.pk, user=staff, at=AT)

        document.refresh_from_db()
        assert document.removed_at is None

    def test_does_not_take_a_scope_back(self, record, staff):
        document_of(record, user=staff, kind=SCOPE)
        upload = Batch.objects.latest("pk")

        with pytest.raises(StillKeptError):
            undo_batch(batch_id=upload.pk, user=staff, at=AT)

        assert Document.objects.count() == 1

    def test_is_for_who_did_it_where_the_record_is_out_of_reach(self, record, agent_user):
        document_of(record, user=UserFactory())
        upload = Batch.objects.latest("pk")

        with pytest.raises(UndoNotAllowedError, match="cannot see"):
            undo_batch(batch_id=upload.pk, user=agent_user, at=AT)

        assert Document.objects.count() == 1


class TestMerge:
    def test_moves_documents_and_an_unmerge_moves_them_back(self):
        owner = UserFactory(owner=True)
        survivor, loser = IndividualFactory(), IndividualFactory(first_name="Anna")
        own, other = document_of(survivor), document_of(loser)
        scope = document_of(loser, sent(PNG, "scope.png"), kind=SCOPE)

        done = merge(
            survivor_id=survivor.pk,
            loser_id=loser.pk,
            choices={},
            seen={survivor.pk: survivor.updated_at, loser.pk: loser.updated_at},
            user=owner,
            at=AT,
        )

        assert set(survivor.documents.all()) == {own, other, scope}
        assert "Documents moved: 2" in done.reasons

        undo_batch(batch_id=done.batch.pk, user=owner, at=AT)

        assert set(survivor.documents.all()) == {own}
        assert {one.pk for one in Document.objects.filter(individual=loser.pk)} == {
            other.pk,
            scope.pk,
        }
