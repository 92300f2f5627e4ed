"""The panel of documents, and the doors behind it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import owners
from documents.models import Document
from documents.vault import VAULT
from individuals.models import Opening
from individuals.services.merges import merge
from tests.documents.conftest import in_vault, signed_in
from tests.factories.accounts import UserFactory
from tests.factories.documents import AT, PDF, PNG, document_of, sent
from tests.factories.individuals import IndividualFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LETTER = Document.Kind.LETTER


def url(record):
    return owners.of_record(record).list_page(record.pk)


def door(name, document):
    return reverse(f"documents:document_{name}", args=[document.pk])


def post(page, record, *files, headers=None, **values):
    data = {"kind": LETTER, "file": list(files), **values}
    return page.post(url(record), data, headers=headers or {})


class TestPanel:
    def test_is_loaded_after_the_page_of_its_record(self, page, record):
        shown = page.get(owners.of_record(record).page(record.pk)).content.decode()

        assert f'hx-get="{url(record)}" hx-trigger="revealed"' in shown
        assert f'<a href="{url(record)}">' in shown

    def test_is_a_page_and_a_fragment(self, page, record):
        document_of(record, sent(PDF, "Letter of Humana.pdf"), note="Asks for a form")

        whole = page.get(url(record))
        part = page.get(url(record), headers=HTMX)

        for answer in (whole, part):
            text = answer.content.decode()
            assert answer.status_code == 200
            assert "Letter of Humana.pdf" in text
            assert "Asks for a form" in text
        assert b"<html" in whole.content
        assert part.content.strip().startswith(b"<section")

    def test_says_what_to_do_where_nothing_is(self, page, record):
        assert (
            "Add the Scope of Appointment before you meet" in page.get(url(record)).content.decode()
        )

    def test_has_the_same_queries_for_any_number(self, page, record, django_assert_max_num_queries):
        for number in range(12):
            document_of(record, sent(PDF + bytes([65 + number]), f"{number}.pdf"))
        page.get(url(record), headers=HTMX)

        with django_assert_max_num_queries(7):
            page.get(url(record), headers=HTMX)

    @pytest.mark.parametrize(
        ("signed", "words"),
        [
            (timedelta(days=1), "Holds until"),
            (timedelta(days=340), "soon over"),
            (timedelta(days=400), "Ended"),
            (None, "No day of signing"),
        ],
    )
    def test_says_whether_a_scope_holds_and_how_long_it_is_kept(self, page, record, signed, words):
        today = timezone.localdate()
        day = today - signed if signed else None
        one = document_of(record, kind=Document.Kind.SCOPE, signed_date=day, at=timezone.now())

        shown = page.get(url(record)).content.decode()

        assert words in shown
        assert f"Kept until {timezone.localdate(one.kept_until):%m/%d/%Y}" in shown
        assert door("remove", one) not in shown

    def test_leads_from_who_was_merged_to_who_remains(self, page):
        survivor, loser = IndividualFactory(), IndividualFactory(first_name="Anna")
        seen = {one.pk: one.updated_at for one in (survivor, loser)}
        merge(survivor_id=survivor.pk, loser_id=loser.pk, choices={}, seen=seen,
              user=UserFactory(owner=True), at=AT)  # fmt: skip

        answer = page.get(reverse("documents:document_individual", args=[loser.pk]))

        assert answer.url == reverse("individuals:individual_detail", args=[survivor.pk])


class TestUpload:
    def test_adds_files_and_shows_them(self, page, record, staff):
        answer = post(page, record, sent(), sent(PNG, "card.png"), headers=HTMX, note="By mail")

        assert answer.status_code == 200
        assert "2 documents were added." in answer.content.decode()
        assert {one.name for one in record.documents.all()} == {"letter.pdf", "card.png"}
        assert {one.user for one in record.documents.all()} == {staff}

    def test_goes_on_to_the_page_without_javascript(self, page, record):
        answer = post(page, record, sent())

        assert (answer.status_code, answer.url) == (302, url(record))
        assert "1 document was added." in page.get(answer.url).content.decode()

    def test_says_what_is_here_already(self, page, record):
        post(page, record, sent())

        answer = post(page, record, sent(), headers=HTMX)

        assert "letter.pdf is here already, since" in answer.content.decode()
        assert record.documents.count() == 1

    def test_keeps_nothing_where_one_file_is_refused(self, page, record):
        answer = post(page, record, sent(), sent(b"MZ\x90\x00", "run.exe"), headers=HTMX)

        assert answer.status_code == 422
        assert "run.exe is none of the kinds of files that are kept" in answer.content.decode()
        assert not Document.objects.exists()
        assert in_vault() == set()

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"signed_date": "2999-01-01"}, "Nobody has signed it on a day to come."),
            ({"kind": "passport"}, "Select a valid choice."),
            ({"file": []}, "This field is required."),
        ],
    )
    def test_refuses_what_cannot_be(self, page, record, values, said):
        answer = page.post(url(record), {"kind": LETTER, "file": [sent()], **values}, headers=HTMX)

        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not Document.objects.exists()

    def test_is_refused_where_all_together_are_too_large(self, page, record, settings):
        settings.UPLOAD_MAX_MEGABYTES = 0

        answer = post(page, record, sent(), headers=HTMX)

        assert answer.status_code == 413
        assert "Together the files have more than 0 MB." in answer.content.decode()


class TestDownload:
    def test_hands_out_an_attachment_and_notes_each_time(self, page, record, staff):
        one = document_of(record, sent(PDF, 'Ana "López".pdf'))

        for _ in range(2):
            answer = page.get(door("download", one))

        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Ana%20%22L")
        assert "no-store" in answer["Cache-Control"]
        opened = Opening.objects.order_by("pk")
        individual = owners.of(one).individual_of(record)
        assert [(o.individual_id, o.user, o.document_id, o.what) for o in opened] == [
            (individual, staff, one.pk, "Carrier letter")
        ] * 2

    def test_is_told_where_one_sees_who_looked(self, page, record):
        one = document_of(record, kind=Document.Kind.ID_CARD)
        page.get(door("download", one))
        individual = owners.of(one).individual_of(record)

        owner = signed_in(UserFactory(owner=True))
        shown = owner.get(reverse("individuals:individual_lookers", args=[individual]))

        assert "Opened a document: ID card" in shown.content.decode()
        assert "Sal Staff" in shown.content.decode()

    def test_says_that_a_file_is_lost_and_notes_nothing(self, page, record):
        one = document_of(record)
        VAULT.delete(one.stored_as)

        answer = page.get(door("download", one))

        assert answer.url == owners.of_record(record).page(record.pk)
        assert "is not on the server any more" in page.get(answer.url).content.decode()
        assert not Opening.objects.exists()

    def test_no_log_line_and_no_address_names_the_file(self, page, record, caplog):
        caplog.set_level("DEBUG")
        post(page, record, sent(PDF, "Zanzibar.pdf"))
        one = record.documents.get()
        page.get(door("download", one))

        assert "Zanzibar" not in caplog.text
        assert "Zanzibar" not in door("download", one)


class TestRemove:
    def test_removes_and_puts_back(self, page, record):
        one = document_of(record)

        gone = page.post(door("remove", one), headers=HTMX).content.decode()
        assert "letter.pdf was removed. It can be put back for 30 days." in gone
        assert "1 removed document" in gone
        assert door("download", one) not in gone

        back = page.post(door("put_back", one), headers=HTMX).content.decode()
        assert "letter.pdf is there again." in back
        assert door("download", one) in back

    def test_says_why_a_scope_stays(self, page, record):
        one = document_of(record, kind=Document.Kind.SCOPE, signed_date=date(2026, 1, 5))

        answer = page.post(door("remove", one), headers=HTMX)

        assert "is kept for ten years" in answer.content.decode()
        one.refresh_from_db()
        assert one.removed_at is None

    def test_goes_on_to_the_page_without_javascript(self, page, record):
        assert page.post(door("remove", document_of(record))).url == url(record)
