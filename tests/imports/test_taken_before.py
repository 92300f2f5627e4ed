"""Rows that an import took before: known as they are written, or else by what is read from them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencyhub.imports.engine import reading, staging
from agencyhub.imports.services import files, runs
from agencyhub.lib.reading import tables
from individuals.models import Individual
from policies.models import Policy
from tests.factories.accounts import UserFactory
from tests.factories.policies import CarrierFactory
from tests.imports.helpers import check, commit, counts, receive, teach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("default_options")]
KEYS = (
    *("first_name", "last_name", "date_of_birth", "email", "carrier", "policy_number"),
    *("policy_status", "coverage_type", "premium"),
)
ANA = ("Ana", "Lopez", "03/14/1958", "ana@example.com", "Humana", "P1", "Active", "MAPD", "$12.50")
BEA = ("Bea", "Ng", "01/31/1960", "bea@example.com", "Humana", "P2", "Active", "MAPD", "$7.25")


@pytest.fixture
def imported(default_options):
    CarrierFactory(name="Humana")
    return commit(receive([dict(zip(KEYS, row, strict=True)) for row in (ANA, BEA)]))


@pytest.fixture
def only_the_first_is_read(imported, monkeypatch):
    """Make a batch of the first row, and let no row of later ones be read."""
    monkeypatch.setattr(staging, "FIRST", 1)
    monkeypatch.setattr(tables, "TAIL", 1)
    read = reading.Reader.read

    def of_the_first(self, raw, *, first_row=0):
        assert not first_row
        return read(self, raw, first_row=first_row)

    monkeypatch.setattr(reading.Reader, "read", of_the_first)


def send(*rows, keys=KEYS):
    """Upload lines as they are; the header is known."""
    teach("individuals", list(keys))
    text = "\n".join(",".join(row) for row in (keys, *rows))
    content = SimpleUploadedFile("again.csv", f"{text}\n".encode())
    return check(files.receive(content=content, name="again.csv", kind="individuals", user=None))


class TestRowsAsWritten:
    @pytest.mark.usefixtures("only_the_first_is_read")
    def test_are_the_same_without_being_read(self, imported):
        run = send(BEA, ANA, BEA)

        assert counts(run) == (0, 0, 3, 0)
        assert run.totals["premium"]["ours"] == "27.00"

    @pytest.mark.usefixtures("only_the_first_is_read")
    def test_are_known_in_any_order_of_columns(self, imported):
        run = send(ANA[::-1], BEA[::-1], ANA[::-1], keys=KEYS[::-1])

        assert counts(run) == (0, 0, 3, 0)

    def test_leave_alone_what_was_edited_since(self, imported):
        Individual.objects.filter(first_name="Ana").update(email="new@example.com")

        assert counts(send(ANA)) == (0, 0, 1, 0)

    def test_are_not_known_when_a_row_is_wider_than_its_header(self, imported):
        assert counts(send((*ANA, "?"), BEA)) == (0, 0, 1, 1)

    def test_are_forgotten_with_an_undo(self, imported):
        runs.undo(import_id=imported.pk, user=UserFactory(is_superuser=True), at=timezone.now())

        assert counts(send(ANA, BEA)) == (2, 0, 0, 0)


class TestRowsSpelledOtherwise:
    def test_say_nothing_new(self, imported):
        Policy.objects.filter(policy_number="P1").update(premium="99.00")

        run = send((*ANA[:2], "3/14/58", *ANA[3:8], "12.5"), BEA)

        assert counts(run) == (0, 0, 2, 0)
        assert run.totals["premium"]["ours"] == "19.75"
