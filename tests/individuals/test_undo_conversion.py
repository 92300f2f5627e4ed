"""Taking a conversion back: everything returns but what somebody edited since."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.records.models import Batch
from agencyhub.records.services.undo import undo_batch
from individuals.models import Address, Individual
from tests.factories.individuals import MBI, AddressFactory, SalesRecordFactory

pytestmark = pytest.mark.django_db

STREET = {"address_1": "12 Oak St", "city": "Ames", "state": "IA", "zip_code": "50010"}


def url(role, record):
    return reverse(f"individuals:salesrecord_{role}", args=[record.pk])


class TestUndoOfAConversion:
    def convert_and_undo(self, page, staff, record):
        page.post(url("convert", record))
        batch = Batch.objects.get(summary=f"Converted Sales Record {record.pk}")
        return undo_batch(batch_id=batch.pk, user=staff, at=timezone.now())

    def test_removes_the_new_individual_and_opens_the_record_again(self, page, staff):
        record = SalesRecordFactory(mbi=MBI, **STREET)

        result = self.convert_and_undo(page, staff, record)

        assert result.kept == []
        assert not Individual.objects.exists()
        assert not Address.objects.exists()
        record.refresh_from_db()
        assert (record.individual, record.converted_at) == (None, None)
        assert record.stage.label == "New"
        assert record.mbi.reveal() == MBI

    def test_takes_a_merge_back_and_restores_the_primary_address(self, page, staff):
        former = AddressFactory(line_1="9 Elm St", zip_code="50014")
        individual = former.individual
        Individual.objects.filter(pk=individual.pk).update(email="")
        record = SalesRecordFactory(individual=individual, mbi=MBI, **STREET)

        result = self.convert_and_undo(page, staff, record)

        assert result.kept == []
        individual.refresh_from_db()
        assert (individual.email, individual.mbi, individual.mbi_tail) == ("", None, "")
        former.refresh_from_db()
        assert former.is_primary
        assert individual.addresses.get() == former
        record.refresh_from_db()
        assert record.is_open
        assert record.individual == individual

    def test_keeps_what_was_edited_since_and_says_so(self, page, staff):
        record = SalesRecordFactory()
        page.post(url("convert", record))
        Individual.objects.update(email="new@example.com")
        batch = Batch.objects.get(summary=f"Converted Sales Record {record.pk}")

        result = undo_batch(batch_id=batch.pk, user=staff, at=timezone.now())

        assert Individual.objects.get().email == "new@example.com"
        assert len(result.kept) == 1
