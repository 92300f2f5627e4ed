"""What the database itself refuses."""

from datetime import date

import pytest
from django.db import IntegrityError

from commissions.models import AgentOfRecord, Application, BookLink, Link
from tests.factories.commissions import ApplicationFactory, BookRowFactory

pytestmark = pytest.mark.django_db


def test_a_source_tells_of_an_application_once():
    known = ApplicationFactory()

    with pytest.raises(IntegrityError, match="application_is_known_once_per_source"):
        ApplicationFactory(external_id=known.external_id)


def test_sources_do_not_share_their_ids():
    known = ApplicationFactory()

    other = ApplicationFactory(external_id=known.external_id, source=Application.Source.PLANCOMPARE)

    assert other.pk != known.pk


def test_a_book_row_has_one_agent_of_record_a_day():
    row = BookRowFactory()
    AgentOfRecord.objects.create(
        book_row=row, agent_name="A", start_date=date(2026, 1, 1), end_date=date(2026, 6, 30)
    )
    AgentOfRecord.objects.create(book_row=row, agent_name="B", start_date=date(2026, 7, 1))

    with pytest.raises(IntegrityError, match="one_agent_of_record"):
        AgentOfRecord.objects.create(book_row=row, agent_name="C", start_date=date(2026, 12, 1))


def test_a_book_row_belongs_to_one_application():
    row = BookRowFactory()
    link = {"state": Link.State.LINKED, "method": Link.Method.KEY, "score": 1.0, "reasons": [1]}
    BookLink.objects.create(application=ApplicationFactory(), book_row=row, **link)

    with pytest.raises(IntegrityError, match="book_row_has_one_application"):
        BookLink.objects.create(application=ApplicationFactory(), book_row=row, **link)
