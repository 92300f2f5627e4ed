"""Individuals and their policies from a file."""

import pytest

from agencyhub.imports.models import Import
from individuals.models import Address, Individual
from tests.imports.helpers import commit, counts, receive

pytestmark = pytest.mark.django_db

ANA = {
    "first_name": "Ana", "last_name": "López", "date_of_birth": "3/14/1958",
    "mbi": "1EG4-TE5-MK73", "cell_phone": "(515) 555-0100", "state": "Iowa", "city": "Ames",
    "address_1": "12 Oak St", "zip_code": "50010",
}  # fmt: skip


class TestNewPeople:
    def test_are_added_with_everything_the_row_says(self):
        run = receive([ANA])
        assert (run.state, run.problem, counts(run)) == ("checked", "", (1, 0, 0, 0))
        commit(run)
        ana = Individual.objects.get(last_name="López")
        assert (ana.first_name, str(ana.date_of_birth), ana.cell_phone) == (
            "Ana", "1958-03-14", "5155550100",
        )  # fmt: skip
        assert (ana.mbi.reveal(), ana.mbi_tail, ana.language) == ("1EG4TE5MK73", "MK73"[-4:], "en")
        home = Address.objects.get(individual=ana)
        assert (home.line_1, home.state, home.is_primary) == ("12 Oak St", "IA", True)
        assert run.state == Import.State.IMPORTED
