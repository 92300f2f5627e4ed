"""Documents are added, removed and put back, with what the history tells of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from agencyhub.lib.identifiers import HoldsIdentifierError
from agencyhub.lib.uploads import MEGABYTE
from agencyhub.records import history, wording
from agencyhub.records.models import Batch, Change, Entry
from documents import owners
from documents.models import Document, StillKeptError
from documents.services import keeping
from documents.services.examining import RefusedFileError
from documents.vault import VAULT
from tests.documents.conftest import in_vault
from tests.factories.accounts import UserFactory
from tests.factories.documents import AT, PDF, PNG, add, document_of, sent
from tests.factories.individuals import IndividualFactory

pytestmark = pytest.mark.django_db
SCOPE = Document.Kind.SCOPE


def remove(document, user=None, at=AT):
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary="Removed") as batch:
        keeping.remove(document_id=document.pk, batch=batch, at=at)
    document.refresh_from_db()
    return batch


def put_back(document, user=None):
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary="Put back") as batch:
        keeping.put_back(document_id=document.pk, batch=batch)
    document.refresh_from_db()


class TestAdd:
    def test_keeps_the_file_sealed_and_says_what_it_is(self, record, staff, settings):
        one = document_of(record, sent(PDF, "Letter.PDF"), user=staff, note=" From  Humana ")

        assert owners.record_pk(one) == record.pk
        assert owners.of(one).model is type(record)
        assert (one.name, one.media_type, one.size) == ("Letter.PDF", "application/pdf", len(PDF))
        assert (one.note, one.user, one.kept_until) == ("From Humana", staff, None)
        assert b"".join(VAULT.read(one.stored_as)) == PDF
        (path,) = (path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())
        assert b"%PDF" not in path.read_bytes()
        assert "Letter" not in str(path)

    def test_tells_the_timelines_of_the_record_and_its_individual(self, record, staff):
        document_of(record, user=staff, kind=Document.Kind.ID_CARD)

        line = Entry.objects.get()
        assert line.text == "Added a document: ID card"
        assert (line.table_name, line.record_id) == (record._meta.db_table, record.pk)
        assert line.individual_id == owners.of_record(record).individual_of(record)

    def test_takes_the_same_file_once_for_each_record(self, record):
        first = document_of(record)

        again = add(record, sent(PDF, "other name.pdf"), sent(PNG, "card.png"))

        assert again.known == [first]
        assert [one.name for one in again.new] == ["card.png"]
        assert len(in_vault()) == 2
        assert document_of(IndividualFactory()).sha256 == first.sha256

    def test_takes_a_file_twice_in_one_upload_once(self, record):
        done = add(record, sent(), sent())

        assert (len(done.new), len(done.known)) == (1, 1)

    def test_keeps_a_scope_for_ten_years_from_the_day_it_was_signed(self, record, settings):
        settings.TIME_ZONE = "UTC"
        signed = document_of(record, kind=SCOPE, signed_date=date(2026, 3, 14))
        unknown = document_of(record, sent(PNG, "scope.png"), kind=SCOPE)

        assert signed.kept_until.date() == date(2036, 3, 14)
        assert unknown.kept_until.date() == date(2036, 11, 23)
        assert signed.last_valid_day == date(2027, 3, 13)
        assert unknown.last_valid_day is None

    @pytest.mark.parametrize(
        ("_case", "content", "name", "said"),
        [
            ("empty", b"", "letter.pdf", "letter.pdf is empty."),
            ("a program", b"MZ\x90\x00", "letter.pdf", "none of the kinds of files"),
            ("too large", b"%PDF-" + bytes(MEGABYTE), "letter.pdf", "larger than 1 MB"),
        ],
    )
    def test_refuses_other_files(self, record, settings, _case, content, name, said):
        settings.DOCUMENT_MAX_MEGABYTES = 1

        with pytest.raises(RefusedFileError, match=said) as refusal:
            add(record, SimpleUploadedFile(name, content))

        assert refusal.value.field == "file"
        assert in_vault() == set()

    @pytest.mark.parametrize(
        ("field", "facts"),
        [
            ("signed_date", {"signed_date": date(2026, 11, 24)}),
            ("note", {"note": "SSN 078-05-1120"}),
            ("note", {"note": "MBI 1EG4-TE5-MK73"}),
        ],
    )
    def test_refuses_what_cannot_be_said_of_it(self, record, field, facts):
        with pytest.raises((keeping.SignedLaterError, HoldsIdentifierError)) as refusal:
            add(record, **facts)

        assert refusal.value.field == field
        assert not Document.objects.exists()

    def test_forgets_a_name_that_holds_an_identifier(self, record):
        assert document_of(record, sent(PDF, "078-05-1120.pdf")).name == "document.pdf"

    def test_leaves_nothing_in_the_vault_when_it_fails(self, record, monkeypatch):
        def fail(*_lines):
            msg = "the database is away"
            raise OSError(msg)

        monkeypatch.setattr(history, "write", fail)

        with pytest.raises(OSError, match="away"):
            add(record)

        assert in_vault() == set()
        assert not Document.objects.exists()


class TestRemove:
    def test_takes_it_out_of_sight_once_and_can_be_put_back(self, record, staff):
        document = document_of(record)
        remove(document, user=staff)
        remove(document, user=UserFactory(), at=AT + timedelta(days=1))

        assert (document.removed_at, document.removed_by) == (AT, staff)
        assert len(in_vault()) == 1

        put_back(document, user=staff)
        put_back(document, user=staff)

        assert (document.removed_at, document.removed_by) == (None, None)
        assert [line.text for line in Entry.objects.order_by("pk")] == [
            "Added a document: Carrier letter",
            "Removed a document: Carrier letter",
            "Put back a document: Carrier letter",
        ]

    def test_is_not_put_back_beside_the_same_file(self, record):
        document = document_of(record)
        remove(document)
        document_of(record)

        with pytest.raises(keeping.HereAlreadyError):
            put_back(document)

        document.refresh_from_db()
        assert document.removed_at is not None

    def test_keeps_a_scope_until_its_day(self, record):
        document = document_of(record, kind=SCOPE, signed_date=date(2026, 1, 5))

        with pytest.raises(StillKeptError, match="from 01/05/2036 on"):
            remove(document)

        document.refresh_from_db()
        assert document.removed_at is None

    def test_lets_a_scope_go_after_its_day(self, record):
        document = document_of(record, kind=SCOPE, signed_date=date(2016, 1, 5))

        remove(document)

        assert document.removed_at == AT

    @pytest.mark.parametrize(
        "values",
        [
            {"removed_at": datetime(2027, 1, 1, tzinfo=UTC)},
            {"kept_until": None},
            {"individual": None, "policy": None},
        ],
    )
    def test_the_database_itself_refuses(self, record, values):
        document = document_of(record, kind=SCOPE)

        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**values)


def test_the_history_says_nothing_of_where_a_file_lies(record, staff):
    document_of(record, user=staff)

    (change,) = Change.objects.filter(table_name=Document._meta.db_table)
    labels = {line.label.partition(" · ")[2] for line in wording.prepare([change], show_health=True,
        own=("individuals_individual", 0, None))(change)}  # fmt: skip

    assert "File name" in labels
    assert not labels & {"Key", "Sha256"}
