"""Every row of the source's Individual and address-only tables."""

import pytest

from agencyhub.lib.mbi import Mbi
from agencyhub.records.models import Option
from individuals.models import Individual
from integrations.plancompare.models import Site
from tests.factories.accounts import AgentFactory
from tests.factories.individuals import AddressFactory, IndividualFactory
from tests.factories.plancompare import (
    PlanCompareUserFactory,
    PlanTypeMappingFactory,
    SiteFactory,
)
from tests.plancompare.samples import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    site = SiteFactory()
    PlanTypeMappingFactory(site=site)
    return site


def _option(option_list: Option.List, label: str) -> Option:
    return Option.objects.get(list=option_list, label=label)


def _existing(**facts: object) -> Individual:
    return IndividualFactory(
        first_name="Ana", last_name="Lopez", date_of_birth="1958-03-14", **facts
    )


ROWS = [
    ("zip", "addresses.zip_code", "50010"),
    ("first_name", "first_name", "Ana"),
    ("last_name", "last_name", "Lopez"),
    ("date_of_birth", "date_of_birth", "1958-03-14"),
    ("email", "email", "ana@example.com"),
    ("phone number", "home_phone", "5155550100"),
    ("address 1", "addresses.line_1", "12 Oak St"),
    ("address 2", "addresses.line_2", "Apt 4"),
    ("city", "addresses.city", "Ames"),
    ("state", "addresses.state", "IA"),
    ("part a", "part_a_effective_date", "2023-03-01"),
    ("part b", "part_b_effective_date", "2023-04-01"),
    ("mbi tail", "mbi_tail", "MK73"),
]


class TestNewIndividual:
    @pytest.mark.parametrize(("_case", "path", "expected"), ROWS, ids=[row[0] for row in ROWS])
    def test_gets_every_field_of_the_table(self, site, _case, path, expected):
        deliver()

        individual = Individual.objects.get()
        record = individual.addresses.get() if path.startswith("addresses.") else individual
        assert str(getattr(record, path.removeprefix("addresses."))) == expected

    def test_stores_the_whole_mbi_sealed(self, site):
        deliver()

        assert Individual.objects.get().mbi.reveal() == "1EG4TE5MK73"

    def test_makes_the_address_primary(self, site):
        deliver()

        assert Individual.objects.get().addresses.get().is_primary

    def test_uses_the_address_type_of_the_settings(self, site):
        site.address_type = _option(Option.List.ADDRESS_TYPE, "Mailing")
        site.save()

        deliver()

        assert Individual.objects.get().addresses.get().type.label == "Mailing"

    def test_uses_type_and_status_of_the_settings(self, site):
        site.individual_type = _option(Option.List.INDIVIDUAL_TYPE, "Client")
        site.individual_status = _option(Option.List.INDIVIDUAL_STATUS, "Active")
        site.save()

        deliver()

        individual = Individual.objects.get()
        assert (individual.type.label, individual.status.label) == ("Client", "Active")

    def test_gets_the_servicing_agent_of_the_username(self, site):
        mapped = PlanCompareUserFactory(username="Agent1.PC")

        deliver(username="agent1.pc")

        assert Individual.objects.get().servicing_agent == mapped.servicing_agent

    @pytest.mark.parametrize(
        ("_case", "phones", "expected"),
        [
            ("home", ("5155550101", "5155550102", "5155550103"), "5155550101"),
            ("no home, so cell", (None, "(515) 555-0102", "5155550103"), "5155550102"),
            ("only business", ("", None, "515.555.0103"), "5155550103"),
            ("none", (None, None, None), ""),
        ],
    )
    def test_takes_home_else_cell_else_business_phone(self, site, _case, phones, expected):
        names = ("home_phone", "cell_phone", "business_phone")

        deliver(beneficiary=dict(zip(names, phones, strict=True)))

        assert Individual.objects.get().home_phone == expected

    def test_is_not_made_when_the_enrollment_brings_no_address_either(self, site):
        blank = dict.fromkeys(("address_1", "address_2", "city", "state", "zip"))

        message = deliver(beneficiary=blank)

        assert Individual.objects.get().addresses.count() == 0
        assert "brought no address" in message.reason


class TestMatchedIndividual:
    def test_is_updated_with_all_fields(self, site):
        individual = _existing(email="old@example.com", home_phone="5155550199")

        deliver()

        individual.refresh_from_db()
        assert individual.email == "ana@example.com"
        assert individual.home_phone == "5155550100"
        assert individual.mbi.reveal() == "1EG4TE5MK73"

    @pytest.mark.parametrize("mode", [Site.Update.ADDRESS, Site.Update.NOTHING])
    def test_keeps_its_own_fields_in_other_modes(self, site, mode):
        site.update_individual = mode
        site.save()
        individual = _existing(email="old@example.com", home_phone="5155550199")

        deliver()

        individual.refresh_from_db()
        assert (individual.email, individual.home_phone) == ("old@example.com", "5155550199")
        assert individual.mbi_tail == ""

    @pytest.mark.parametrize(
        ("mode", "addresses", "label"),
        [
            (Site.Update.ALL, 1, "Client"),
            (Site.Update.ADDRESS, 1, "Client"),
            (Site.Update.NOTHING, 0, "Prospect"),
        ],
    )
    def test_gets_address_type_and_status_in_the_modes_of_the_tables(
        self, site, mode, addresses, label
    ):
        site.update_individual = mode
        site.individual_type = _option(Option.List.INDIVIDUAL_TYPE, "Client")
        site.save()
        individual = _existing(type=_option(Option.List.INDIVIDUAL_TYPE, "Prospect"))

        deliver()

        individual.refresh_from_db()
        assert individual.addresses.count() == addresses
        assert individual.type.label == label

    def test_keeps_its_servicing_agent(self, site):
        agent = AgentFactory()
        individual = _existing(servicing_agent=agent)
        PlanCompareUserFactory(username="agent1.pc")

        deliver()

        individual.refresh_from_db()
        assert individual.servicing_agent == agent

    def test_gets_no_servicing_agent_when_it_has_none(self, site):
        individual = _existing(servicing_agent=None)
        PlanCompareUserFactory(username="agent1.pc")

        deliver()

        individual.refresh_from_db()
        assert individual.servicing_agent is None

    def test_is_not_blanked_by_what_is_left_out(self, site):
        individual = _existing(email="old@example.com")

        deliver(beneficiary={"email": None, "part_a_effective_date": None, "mbi": None})

        individual.refresh_from_db()
        assert individual.email == "old@example.com"

    def test_keeps_its_full_mbi_when_a_masked_one_comes(self, site):
        individual = _existing()
        individual.set_mbi(Mbi("1EG4TE5MK73", "MK73"))
        individual.save()

        deliver(beneficiary={"mbi": "*******MK73"})

        individual.refresh_from_db()
        assert individual.mbi.reveal() == "1EG4TE5MK73"

    @pytest.mark.parametrize(
        ("_case", "line_1", "zip_code", "count"),
        [
            ("same house number and zip", "12 OAK STREET APT 2", "50010", 1),
            ("zip+4 names the same place", "12 Oak St", "50010-1234", 1),
            ("other house number", "14 Oak St", "50010", 2),
            ("other zip", "12 Oak St", "50011", 2),
        ],
    )
    def test_compares_zip_and_house_number(self, site, _case, line_1, zip_code, count):
        individual = _existing()
        own = AddressFactory(
            individual=individual, line_1=line_1, zip_code=zip_code, is_primary=True
        )

        deliver()

        own.refresh_from_db()
        assert individual.addresses.count() == count
        assert own.line_1 == line_1
        assert own.is_primary is (count == 1)

    def test_has_the_added_address_as_primary_one(self, site):
        individual = _existing()
        AddressFactory(individual=individual, line_1="9 Elm St", is_primary=True)

        deliver()

        assert individual.addresses.get(is_primary=True).line_1 == "12 Oak St"
