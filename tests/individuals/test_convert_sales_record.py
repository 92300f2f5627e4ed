"""Converting a sales record into an individual, and merging it into the linked one."""

from datetime import UTC, date, datetime

import pytest

from agencyhub.accounts.models import Agent
from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.models import Individual
from individuals.services.conversion import (
    SalesRecordConvertedError,
    convert_sales_record,
    link_sales_record,
)
from tests.factories.individuals import (
    MBI,
    OTHER_MBI,
    AddressFactory,
    IndividualFactory,
    SalesRecordFactory,
    option,
)
from tests.factories.records import CustomFieldFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 10, 15, 14, 30, tzinfo=UTC)
STREET = {"address_1": "12 Oak St", "city": "Ames", "state": "IA", "zip_code": "50010"}


def convert(record):
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary="Converted a record"):
        return convert_sales_record(sales_record_id=record.pk, at=AT)


@pytest.fixture
def agent():
    return Agent.objects.create(first_name="Jo", last_name="Smith")


class TestConvertAnUnlinkedRecord:
    def test_creates_an_individual_with_everything_it_knew(self, agent):
        record = SalesRecordFactory(
            middle_name="Maria",
            language="es",
            cell_phone="5155550101",
            part_a_effective_date=date(2023, 3, 1),
            custom={"doctor": "Dr. Reed"},
            notes="Call after five.",
            assigned_agent=agent,
            mbi=MBI,
        )

        conversion = convert(record)

        assert conversion.created
        assert conversion.kept == []
        individual = Individual.objects.get()
        assert individual == conversion.individual
        assert individual.full_name == "Ana Lopez"
        assert (individual.middle_name, individual.language) == ("Maria", "es")
        assert (individual.home_phone, individual.cell_phone) == ("5155550100", "5155550101")
        assert individual.date_of_birth == date(1958, 3, 14)
        assert individual.part_a_effective_date == date(2023, 3, 1)
        assert individual.custom == {"doctor": "Dr. Reed"}
        assert individual.notes == "Call after five."
        assert individual.servicing_agent == agent
        assert individual.type.label == "Prospect"

    def test_seals_the_mbi_again_for_the_individuals_own_column(self):
        record = SalesRecordFactory(mbi=MBI)

        convert(record)

        individual = Individual.objects.get()
        assert individual.mbi.reveal() == MBI
        assert individual.mbi.data != record.mbi.data
        assert individual.masked_mbi == "•••••••MK73"
        assert Individual.objects.with_mbi(MBI).get() == individual

    def test_makes_the_address_primary(self):
        record = SalesRecordFactory(
            **STREET, address_2="Apt 4", county="Story", address_type=option("address_type", "Home")
        )

        convert(record)

        address = Individual.objects.get().addresses.get()
        assert (address.line_1, address.line_2) == ("12 Oak St", "Apt 4")
        assert (address.city, address.state, address.zip_code) == ("Ames", "IA", "50010")
        assert (address.county, address.type.label, address.is_primary) == ("Story", "Home", True)

    def test_closes_the_record_as_won_and_links_it(self):
        record = SalesRecordFactory()

        conversion = convert(record)

        record.refresh_from_db()
        assert record.individual == conversion.individual
        assert record.converted_at == AT
        assert record.stage.label == "Closed won"
        assert not record.is_open

    def test_says_what_it_did_without_naming_anybody(self, agent):
        record = SalesRecordFactory(assigned_agent=agent, **STREET)

        conversion = convert(record)

        made = f"created Individual {conversion.individual.pk}"
        assert conversion.reasons == [
            f"Sales Record {record.pk} had no linked Individual: {made}",
            "The assigned agent became the servicing agent",
            "The address became the primary one",
        ]

    def test_leaves_out_a_unique_value_that_another_individual_has(self):
        CustomFieldFactory(key="member", label="Member number", is_unique=True)
        IndividualFactory(custom={"member": "M1"})
        record = SalesRecordFactory(custom={"member": "M1", "doctor": "Dr. Reed"})

        conversion = convert(record)

        assert conversion.individual.custom == {"doctor": "Dr. Reed"}
        assert conversion.kept == [
            "Member number is unique and another Individual has it: not taken over"
        ]

    def test_answers_the_same_individual_when_asked_again(self):
        record = SalesRecordFactory(**STREET)
        first = convert(record)

        again = convert(record)

        assert again.individual == first.individual
        assert not again.created
        assert Individual.objects.count() == 1
        assert first.individual.addresses.count() == 1


class TestConvertALinkedRecord:
    def test_fills_only_what_the_individual_lacks(self, agent):
        individual = IndividualFactory(email="", home_phone="5155550199", gender="")
        record = SalesRecordFactory(individual=individual, gender="female", assigned_agent=agent)

        conversion = convert(record)

        assert not conversion.created
        individual.refresh_from_db()
        assert individual.email == "ana@example.com"
        assert individual.gender == "female"
        assert individual.servicing_agent == agent
        assert individual.home_phone == "5155550199"
        assert conversion.reasons[:2] == [
            f"Sales Record {record.pk} was linked: merged into Individual {individual.pk}",
            "Filled in: gender, email, servicing agent",
        ]
        assert conversion.kept == ["Home phone differs: the Individual's own was kept"]
        assert Individual.objects.count() == 1

    def test_receives_the_address_by_the_sources_rule(self):
        former = AddressFactory(line_1="9 Elm St", zip_code="50014")
        record = SalesRecordFactory(individual=former.individual, **STREET)

        conversion = convert(record)

        former.refresh_from_db()
        assert not former.is_primary
        assert former.individual.addresses.get(is_primary=True).line_1 == "12 Oak St"
        assert "The address was added as the primary one" in conversion.reasons

    def test_compares_names_by_their_keys(self):
        individual = IndividualFactory(first_name="Añá", last_name="LOPEZ")
        record = SalesRecordFactory(individual=individual, last_name="Lopez-Reed")

        assert convert(SalesRecordFactory(individual=individual, first_name="ana")).kept == []
        assert convert(record).kept == ["Last name differs: the Individual's own was kept"]

    @pytest.mark.parametrize(
        ("_case", "own", "incoming", "expected", "kept"),
        [
            ("none yet", "", MBI, MBI, False),
            ("only its last characters", "XXXXXXXMK73", MBI, MBI, False),
            ("masked with other last characters", "XXXXXXXMK11", MBI, None, True),
            ("the same", MBI, MBI, MBI, False),
            ("another", OTHER_MBI, MBI, OTHER_MBI, True),
            ("a mask never replaces it", MBI, "XXXXXXXMK73", MBI, False),
        ],
    )
    def test_takes_an_mbi_only_where_none_is_contradicted(
        self, _case, own, incoming, expected, kept
    ):
        individual = IndividualFactory(mbi=own)
        record = SalesRecordFactory(individual=individual, mbi=incoming)

        conversion = convert(record)

        individual.refresh_from_db()
        assert (individual.mbi.reveal() if individual.mbi else None) == expected
        assert ("MBI differs: the Individual's own was kept" in conversion.kept) is kept

    def test_merges_custom_fields_by_their_labels(self):
        CustomFieldFactory(key="doctor", label="Family doctor")
        individual = IndividualFactory(custom={"doctor": "Dr. Reed", "pets": ""})
        record = SalesRecordFactory(
            individual=individual, custom={"doctor": "Dr. Moss", "pets": "Cat"}
        )

        conversion = convert(record)

        individual.refresh_from_db()
        assert individual.custom == {"doctor": "Dr. Reed", "pets": "Cat"}
        assert conversion.reasons[1] == "Filled in: pets"
        assert conversion.kept == ["Family doctor differs: the Individual's own was kept"]

    def test_keeps_both_notes(self):
        individual = IndividualFactory(notes="Prefers mail.")
        record = SalesRecordFactory(individual=individual, notes="Call after five.")

        convert(record)

        individual.refresh_from_db()
        assert individual.notes == (
            f"Prefers mail.\n\nFrom Sales Record {record.pk}:\nCall after five."
        )


class TestLinkSalesRecord:
    def test_links_and_unlinks(self):
        individual, record = IndividualFactory(), SalesRecordFactory()

        with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="Linked a record"):
            link_sales_record(sales_record_id=record.pk, individual_id=individual.pk)

        record.refresh_from_db()
        assert record.individual == individual

    def test_refuses_a_converted_record_and_leaves_it_linked(self):
        record = SalesRecordFactory()
        individual = convert(record).individual

        with (
            history.batch(user=None, channel=Batch.Channel.SCREEN, summary="Linked a record"),
            pytest.raises(SalesRecordConvertedError),
        ):
            link_sales_record(sales_record_id=record.pk, individual_id=None)

        record.refresh_from_db()
        assert record.individual == individual
