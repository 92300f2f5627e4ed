"""When the bytes of documents are deleted, and how keys are changed."""

import base64
import os
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.utils import timezone

from agencyhub.home.backups import saving
from agencyhub.lib.crypto import UnreadableSecretError
from agencyhub.records.models import Batch
from agencyhub.records.services.keys import rotate_field_keys
from agencyhub.records.services.undo import undo_batch
from documents import tasks
from documents.models import Document
from documents.services import retention
from documents.vault import VAULT
from tests.documents.conftest import in_vault
from tests.documents.test_keeping import put_back, remove
from tests.factories.documents import PDF, PNG, document_of, sent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def purge(at, keep_days=30):
    return retention.purge(at=at, keep_days=keep_days)


def age(name, days):
    """Let a file look as if it lay there for so long."""
    moment = (timezone.now() - days * DAY).timestamp()
    os.utime(VAULT._path(name), (moment, moment))


class TestPurge:
    def test_deletes_what_was_removed_after_its_time_and_nothing_else(self, record):
        now = timezone.now()
        kept, gone = document_of(record), document_of(record, sent(PNG, "card.png"))
        remove(gone, at=now - 30 * DAY - timedelta(minutes=1))

        assert purge(now) == 1
        assert purge(now) == 0

        assert list(Document.objects.all()) == [kept]
        assert in_vault() == {kept.stored_as}

    @pytest.mark.parametrize("keep_days", [0, 30])
    def test_never_deletes_what_can_be_undone(self, record, keep_days):
        now = timezone.now()
        document = document_of(record)
        remove(document, at=now - 30 * DAY + timedelta(minutes=1))

        assert purge(now, keep_days) == 0

        put_back(document)
        assert b"".join(VAULT.read(document.stored_as)) == PDF

    def test_keeps_removed_ones_for_as_long_as_the_agency_wants(self, record):
        now = timezone.now()
        remove(document_of(record), at=now - 89 * DAY)

        assert purge(now, 90) == 0
        assert purge(now + 2 * DAY, 90) == 1

    def test_is_done_by_the_schedule(self, record, settings):
        settings.DOCUMENT_KEEP_DAYS = 40
        remove(document_of(record), at=timezone.now() - 41 * DAY)

        assert tasks.purge_documents() == 1

    def test_sweeps_what_a_killed_upload_left_and_leaves_one_under_way(self, record):
        document = document_of(record)
        for name, days in (("ab" * 16, 2), ("cd" * 16, 0)):
            VAULT.write(name, [b"left"])
            age(name, days)
        age(document.stored_as, 400)

        purge(timezone.now())

        assert in_vault() == {document.stored_as, "cd" * 16}

    def test_keeps_the_bytes_of_an_upload_that_was_undone_while_it_can_be_redone(
        self, record, staff
    ):
        now = timezone.now()
        document = document_of(record, user=staff)
        upload = Batch.objects.latest("pk")
        age(document.stored_as, 20)
        undone = undo_batch(batch_id=upload.pk, user=staff, at=now)

        purge(now)
        assert in_vault() == {document.stored_as}
        undo_batch(batch_id=undone.batch.pk, user=staff, at=now)
        assert b"".join(VAULT.read(Document.objects.get().stored_as)) == PDF

        undo_batch(batch_id=Batch.objects.latest("pk").pk, user=staff, at=now)
        purge(now + 32 * DAY)
        assert in_vault() == set()


class TestBackup:
    def test_has_the_files_of_documents_as_they_are_sealed(self, record, settings, tmp_path):
        document = document_of(record)

        saving._copy_vault(tmp_path / "backup")
        settings.MEDIA_ROOT = tmp_path / "backup"

        assert b"".join(VAULT.read(document.stored_as)) == PDF


class TestRotation:
    def test_lets_the_old_keys_be_thrown_away(self, record, settings):
        document = document_of(record)
        key = base64.urlsafe_b64encode(b"n" * 32).decode()
        settings.FIELD_ENCRYPTION_KEYS = [key, *configured.FIELD_ENCRYPTION_KEYS]

        done = rotate_field_keys()

        settings.FIELD_ENCRYPTION_KEYS = [key]
        assert done.others == 1
        assert b"".join(VAULT.read(document.stored_as)) == PDF
        assert rotate_field_keys().others == 0

    def test_a_file_opens_under_its_own_name_only(self, record):
        document = document_of(record)
        other = "ab" * 16
        VAULT._path(other).parent.mkdir(parents=True, exist_ok=True)
        VAULT._path(document.stored_as).rename(VAULT._path(other))

        with pytest.raises(UnreadableSecretError):
            b"".join(VAULT.read(other))
