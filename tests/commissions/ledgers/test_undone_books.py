"""A book that is taken back: what it told again is told by the book before it."""

from datetime import date

import pytest
from django.utils import timezone

from agencyhub.imports.services import runs
from agencyhub.records.models import Batch, Change
from agencyhub.records.services.undo import undo_batch
from commissions.models import BookReading, BookRow
from tests.commissions.ledgers import headers
from tests.commissions.ledgers.files import as_csv, take
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (10, 11, 12))


@pytest.fixture
def owner():
    return UserFactory(owner=True)


def book(day, *members, **cells):
    """Import Humana's book of a day, with a live member for each name."""
    rows = [
        {
            "MbrFirstName": name, "MbrLastName": "Lopez", "Humana ID": f"H7{name}",
            "Birth Date": "03/14/1958", "Status": "Active Policy",
            "Effective Date": "01/01/2026", "Plan Type": "MAPD", "PCP": f"{day}", **cells,
        }
        for name in members
    ]  # fmt: skip
    content = as_csv(headers.HUMANA_BOOK, rows)
    return take(content, name=f"{day}.csv", as_of=day.isoformat())


def told():
    """Of each member: as of when, and by which import."""
    rows = BookRow.objects.order_by("first_name")
    return list(rows.values_list("first_name", "as_of_date", "source_id"))


def undo(run, owner):
    runs.undo(import_id=run.pk, user=owner, at=timezone.now())


class TestUndo:
    def test_takes_back_as_of_and_source(self, owner):
        first = book(OCTOBER, "Ana", "Bo", "Cy")
        second = book(NOVEMBER, "Ana", "Bo")
        third = book(DECEMBER, "Ana", "Di")

        undo(third, owner)

        assert told() == [
            ("Ana", NOVEMBER, second.pk),
            ("Bo", NOVEMBER, second.pk),
            ("Cy", OCTOBER, first.pk),
        ]

    def test_leaves_what_a_later_book_told_and_skips_what_is_undone(self, owner):
        first = book(OCTOBER, "Ana", "Bo")
        second = book(NOVEMBER, "Ana", "Bo")
        third = book(DECEMBER, "Ana")

        undo(second, owner)
        assert told() == [("Ana", DECEMBER, third.pk), ("Bo", OCTOBER, first.pk)]
        undo(third, owner)
        assert told() == [("Ana", OCTOBER, first.pk), ("Bo", OCTOBER, first.pk)]

    def test_undone_in_turn_tells_it_again(self, owner):
        book(OCTOBER, "Ana")
        second = book(NOVEMBER, "Ana")
        before = told()
        undo(second, owner)
        assert told() != before

        back = Batch.objects.get(undo_of=second.batch)
        undo_batch(batch_id=back.pk, user=owner, at=timezone.now())

        assert told() == before

    def test_of_a_changed_row_restores_the_row_and_its_day(self, owner):
        first = book(OCTOBER, "Ana")
        second = book(NOVEMBER, "Ana", Status="Inactive Policy")

        undo(second, owner)

        assert told() == [("Ana", OCTOBER, first.pk)]
        assert BookRow.objects.get().status == BookRow.Status.ACTIVE


class TestJournal:
    def test_has_one_row_of_a_book_that_told_nothing_new(self):
        book(OCTOBER, "Ana", "Bo")
        second = book(NOVEMBER, "Ana", "Bo")

        tables = Change.objects.filter(batch=second.batch).values_list("table_name", flat=True)
        assert list(tables) == [BookReading._meta.db_table]
