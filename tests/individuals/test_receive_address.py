"""Addresses that arrive from outside: the source's rule of ZIP and house number."""

import pytest

from agencyhub.records import history
from agencyhub.records.models import Batch, Change
from individuals.models import Address
from individuals.services.addresses import InvalidAddressError, receive_address
from tests.factories.individuals import AddressFactory, IndividualFactory, option

pytestmark = pytest.mark.django_db

OAK = {"line_1": "12 Oak St", "line_2": "", "city": "Ames", "state": "IA", "zip_code": "50010"}


def receive(individual, **changed):
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary="Received an address"):
        return receive_address(individual=individual, address_type=None, **{**OAK, **changed})


class TestReceiveAddress:
    def test_makes_the_first_address_primary(self):
        individual = IndividualFactory()
        home = option("address_type", "Home")

        with history.batch(user=None, channel=Batch.Channel.SYNC, summary="Received an address"):
            outcome = receive_address(individual=individual, address_type=home, **OAK)

        assert outcome.added
        address = individual.addresses.get()
        assert address == outcome.address
        assert (address.line_1, address.city, address.state) == ("12 Oak St", "Ames", "IA")
        assert (address.zip_code, address.type, address.is_primary) == ("50010", home, True)

    @pytest.mark.parametrize(
        ("_case", "changed"),
        [
            ("the very same", {}),
            ("street spelled differently", {"line_1": "12 Oak Street, Apt 4"}),
            ("spaces around", {"line_1": "  12  Oak St ", "zip_code": " 50010 "}),
            ("ZIP + 4", {"zip_code": "50010-1234"}),
            ("another city", {"city": "Gilbert", "line_2": "Apt 4"}),
            ("no street, same ZIP", {"line_1": ""}),
            ("neither street nor ZIP", {"line_1": "", "zip_code": ""}),
        ],
    )
    def test_leaves_the_same_place_untouched(self, _case, changed):
        address = AddressFactory()

        outcome = receive(address.individual, **changed)

        assert not outcome.added
        assert outcome.address == address
        kept = address.individual.addresses.get()
        assert (kept.line_1, kept.line_2, kept.city) == ("12 Oak St", "", "Ames")
        assert kept.is_primary

    @pytest.mark.parametrize(
        ("_case", "changed"),
        [
            ("other house number", {"line_1": "14 Oak St"}),
            ("other ZIP", {"zip_code": "50011"}),
            ("a longer number", {"line_1": "120 Oak St"}),
            ("a PO box", {"line_1": "PO Box 12"}),
        ],
    )
    def test_adds_another_place_as_primary_and_demotes_the_former(self, _case, changed):
        former = AddressFactory()

        outcome = receive(former.individual, **changed)

        assert outcome.added
        former.refresh_from_db()
        assert not former.is_primary
        assert former.individual.addresses.get(is_primary=True) == outcome.address
        assert former.individual.addresses.count() == 2

    def test_matches_an_address_that_is_not_primary(self):
        primary = AddressFactory()
        other = AddressFactory(
            individual=primary.individual, line_1="9 Elm St", zip_code="50014", is_primary=False
        )

        outcome = receive(primary.individual, line_1="9 Elm Street", zip_code="50014")

        assert outcome.address == other
        primary.refresh_from_db()
        assert primary.is_primary

    def test_changes_nothing_when_nothing_came(self):
        individual = IndividualFactory()

        outcome = receive(individual, line_1=" ", city="", state="", zip_code="")

        assert outcome.address is None
        assert not individual.addresses.exists()

    def test_reads_a_state_by_its_name(self):
        individual = IndividualFactory()

        assert receive(individual, state="iowa").address.state == "IA"

    @pytest.mark.parametrize(("field", "value"), [("zip_code", "5001"), ("state", "Iowaa")])
    def test_refuses_what_cannot_be_read_and_changes_nothing(self, field, value):
        former = AddressFactory(zip_code="50014")

        with pytest.raises(InvalidAddressError) as refusal:
            receive(former.individual, **{field: value})

        assert refusal.value.field == field
        former.refresh_from_db()
        assert former.is_primary
        assert Address.objects.count() == 1

    def test_is_part_of_the_batch(self):
        former = AddressFactory()
        Change.objects.all().delete()

        receive(former.individual, line_1="14 Oak St")

        changes = Change.objects.order_by("pk").values_list("action", "batch__summary")
        assert list(changes) == [
            ("update", "Received an address"),
            ("insert", "Received an address"),
        ]
