"""Possible duplicates that come in through the administration."""

import pytest

from individuals.models import DuplicatePair, Individual
from tests.admin.sheets import PEOPLE, confirm, preview, text
from tests.admin.test_people import form_of
from tests.factories.individuals import IndividualFactory

Door = DuplicatePair.Door


@pytest.fixture
def known(db) -> Individual:
    return IndividualFactory()


class TestDoors:
    def test_a_saved_form_opens_a_pair(self, page, known):
        other = IndividualFactory(first_name="Zoe")

        page.post(f"{PEOPLE}{other.pk}/change/", form_of(other, first_name="Ana"))

        pair = DuplicatePair.objects.get()
        assert (pair.first, pair.second, pair.door) == (known, other, Door.ADMIN)

    def test_an_imported_sheet_opens_a_pair_when_it_is_confirmed(self, page, known):
        sheet = text("First name,Last name,Date of birth", "Ana,Lopez,03/14/1958")

        seen = preview(page, PEOPLE, sheet)
        assert not DuplicatePair.objects.exists()
        confirm(page, PEOPLE, seen)

        pair = DuplicatePair.objects.get()
        assert (pair.first, pair.door) == (known, Door.IMPORT)
