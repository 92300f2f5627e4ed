"""Whom an enrollment is about: the source's matching order, and what is held for a person."""

from datetime import UTC, date, datetime

import pytest

from agencyhub.records.models import Entry
from individuals.models import Individual
from integrations import registry
from integrations.models import InboundMessage
from integrations.plancompare.models import Site
from integrations.plancompare.sync.session import UNKNOWN_USERNAME
from integrations.plancompare.sync.who import POSSIBLE_DUPLICATE
from integrations.services import review
from policies.models import Policy
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import (
    MBI,
    OTHER_MBI,
    IndividualFactory,
    SalesRecordFactory,
    option,
)
from tests.factories.plancompare import PlanTypeMappingFactory, SiteFactory
from tests.plancompare.samples import deliver

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, tzinfo=UTC)
STRANGER = {"first_name": "Eve", "last_name": "Stone", "date_of_birth": date(1950, 1, 1)}


@pytest.fixture
def site() -> Site:
    site = SiteFactory()
    PlanTypeMappingFactory(site=site)
    return site


def _subscriber() -> Individual:
    return Policy.objects.get().subscriber


class TestSalesRecordFirst:
    def test_converts_the_sales_record_that_is_echoed(self, site):
        record = SalesRecordFactory()

        message = deliver(sales_record_id=str(record.pk))

        record.refresh_from_db()
        assert message.state == "applied"
        assert record.individual == _subscriber()
        assert record.converted_at is not None
        assert f"Matched Sales Record {record.pk} by id → converted" in message.details["reasons"]

    def test_finds_an_open_sales_record_by_name_and_birth_date(self, site):
        record = SalesRecordFactory(first_name="ANA", last_name="López ")

        deliver()

        record.refresh_from_db()
        assert record.individual == _subscriber()

    def test_merges_a_linked_sales_record_into_its_individual(self, site):
        individual = IndividualFactory()
        record = SalesRecordFactory(individual=individual)

        message = deliver(sales_record_id=str(record.pk))

        record.refresh_from_db()
        assert _subscriber() == individual
        assert Individual.objects.count() == 1
        assert record.converted_at is not None
        assert f"Matched Sales Record {record.pk} by id → merged" in message.details["reasons"]

    def test_prefers_a_sales_record_to_an_echoed_individual_and_merges_into_it(self, site):
        individual = IndividualFactory()
        record = SalesRecordFactory()

        deliver(individual_id=str(individual.pk))

        record.refresh_from_db()
        assert record.individual == individual
        assert Individual.objects.count() == 1

    def test_merges_an_unlinked_one_into_the_individual_with_the_same_mbi(self, site):
        individual = IndividualFactory(mbi=MBI)
        record = SalesRecordFactory()

        deliver(sales_record_id=str(record.pk))

        assert _subscriber() == individual

    def test_converts_beside_a_namesake_and_says_so(self, site):
        IndividualFactory()
        record = SalesRecordFactory()

        message = deliver(sales_record_id=str(record.pk))

        assert Individual.objects.count() == 2
        assert message.needs_attention
        assert message.details["attention"] == [UNKNOWN_USERNAME, POSSIBLE_DUPLICATE]

    @pytest.mark.parametrize("label", ["Closed lost", "Closed won"])
    def test_ignores_closed_sales_records_without_echo(self, site, label):
        record = SalesRecordFactory(stage=option("sales_stage", label))

        deliver()

        record.refresh_from_db()
        assert record.converted_at is None

    def test_uses_the_individual_of_a_converted_sales_record(self, site):
        individual = IndividualFactory()
        record = SalesRecordFactory(individual=individual, converted_at=AT)

        deliver(sales_record_id=str(record.pk))

        assert _subscriber() == individual

    def test_is_off_in_the_legacy_order(self, site):
        site.match_sales_records_first = False
        site.save()
        record = SalesRecordFactory()

        deliver(sales_record_id=str(record.pk))

        record.refresh_from_db()
        assert record.individual is None

    def test_gives_the_assigned_agent_to_the_new_individual(self, site):
        agent = AgentFactory()
        record = SalesRecordFactory(assigned_agent=agent)

        deliver(sales_record_id=str(record.pk))

        assert _subscriber().servicing_agent == agent


class TestIndividual:
    def test_is_found_by_the_echoed_id(self, site):
        individual = IndividualFactory(last_name="Lopez-Smith")
        IndividualFactory()

        deliver(individual_id=str(individual.pk))

        assert _subscriber() == individual

    @pytest.mark.parametrize("echoed", ["999999", "x-17", "0", "9" * 30])
    def test_is_found_by_name_when_the_echoed_id_is_not_ours(self, site, echoed):
        individual = IndividualFactory()

        deliver(individual_id=echoed)

        assert _subscriber() == individual

    def test_is_found_by_mbi_before_name_and_birth_date(self, site):
        individual = IndividualFactory(first_name="Anita", mbi=MBI)

        deliver()

        assert _subscriber() == individual

    @pytest.mark.parametrize(
        ("_case", "first_name", "last_name"),
        [
            ("case", "ANA", "lopez"),
            ("accents", "Aná", "López"),
            ("spaces", " Ana ", "Lo pez"),
            ("dashes and points", "Ana.", "Lo-pez"),
        ],
    )
    def test_is_found_by_name_and_birth_date(self, site, _case, first_name, last_name):
        individual = IndividualFactory(first_name=first_name, last_name=last_name)

        deliver()

        assert _subscriber() == individual

    @pytest.mark.parametrize(
        ("_case", "facts"),
        [
            ("first name", {"first_name": "Anna"}),
            ("last name", {"last_name": "Lopes"}),
            ("birth date", {"date_of_birth": date(1958, 3, 15)}),
            ("no birth date", {"date_of_birth": None}),
        ],
    )
    def test_is_created_when_any_of_the_three_differs(self, site, _case, facts):
        other = IndividualFactory(**facts)

        deliver()

        assert _subscriber() != other
        assert Individual.objects.count() == 2


class TestHeld:
    def test_holds_two_people_with_the_same_name_and_birth_date(self, site):
        first, second = IndividualFactory(), IndividualFactory()

        message = deliver()

        assert (message.state, message.code) == ("held", "ambiguous_person")
        assert message.details["candidates"] == [
            {"kind": "individual", "id": first.pk},
            {"kind": "individual", "id": second.pk},
        ]
        assert Policy.objects.count() == 0
        assert Individual.objects.count() == 2

    def test_holds_two_open_sales_records_of_the_same_person(self, site):
        SalesRecordFactory()
        SalesRecordFactory()

        message = deliver()

        assert (message.state, message.code) == ("held", "ambiguous_person")

    @pytest.mark.parametrize("echo", [True, False])
    def test_holds_an_mbi_that_contradicts_the_matched_person(self, site, echo):
        individual = IndividualFactory(mbi=OTHER_MBI)

        message = deliver(individual_id=str(individual.pk) if echo else None)

        assert (message.state, message.code) == ("held", "mbi_contradiction")
        assert Policy.objects.count() == 0

    def test_holds_an_mbi_that_belongs_to_somebody_else(self, site):
        echoed = IndividualFactory()
        owner = IndividualFactory(mbi=MBI, **STRANGER)

        message = deliver(individual_id=str(echoed.pk))

        assert message.code == "mbi_contradiction"
        assert {row["id"] for row in message.details["candidates"]} == {echoed.pk, owner.pk}

    def test_holds_an_echoed_id_of_somebody_else(self, site):
        individual = IndividualFactory(**STRANGER)

        message = deliver(individual_id=str(individual.pk))

        assert message.code == "person_contradiction"

    def test_holds_when_the_sales_record_is_about_another_individual_than_the_one_sent(self, site):
        sent, other = IndividualFactory(), IndividualFactory(**STRANGER)
        record = SalesRecordFactory(individual=other)

        message = deliver(individual_id=str(sent.pk))

        assert message.code == "ambiguous_person"
        assert message.details["candidates"] == [
            {"kind": "individual", "id": sent.pk},
            {"kind": "individual", "id": other.pk},
            {"kind": "sales_record", "id": record.pk},
        ]

    def test_leaves_no_trace_of_a_held_enrollment(self, site):
        SalesRecordFactory(mbi=OTHER_MBI)

        deliver()

        assert Individual.objects.count() == 0
        assert Entry.objects.count() == 0


class TestDecision:
    @pytest.fixture
    def held(self, site) -> InboundMessage:
        IndividualFactory()
        IndividualFactory()
        return deliver()

    def _decide(self, held: InboundMessage, decision: dict[str, object]) -> InboundMessage:
        return review.decide(
            message_id=held.pk,
            decision=decision,
            user=UserFactory(),
            at=AT,
            partners=registry.PARTNERS,
        )

    def test_applies_to_the_chosen_individual(self, held):
        chosen = Individual.objects.order_by("pk").last()

        message = self._decide(held, {"individual_id": chosen.pk})

        assert message.state == "applied"
        assert _subscriber() == chosen

    def test_creates_a_new_individual_when_told_so(self, held):
        self._decide(held, {"new": True})

        assert Individual.objects.count() == 3

    def test_converts_the_chosen_sales_record(self, site):
        record = SalesRecordFactory()
        SalesRecordFactory()
        held = deliver()

        self._decide(held, {"sales_record_id": record.pk})

        record.refresh_from_db()
        assert record.individual == _subscriber()

    def test_fails_when_the_chosen_individual_is_gone_and_holds_again_on_retry(self, held):
        chosen_id = Individual.objects.order_by("pk").last().pk
        Individual.objects.filter(pk=chosen_id).delete()
        IndividualFactory()

        message = self._decide(held, {"individual_id": chosen_id})

        assert (message.state, message.code) == ("failed", "chosen_record_gone")
        again = review.retry(
            message_id=held.pk, user=UserFactory(), at=AT, partners=registry.PARTNERS
        )
        assert again.state == "held"

    def test_never_writes_on_another_person_than_the_chosen_one(self, site):
        deliver()
        subscriber = _subscriber()
        held = deliver(enrollment_id="PC-2", beneficiary={"mbi": OTHER_MBI, "first_name": "Bea"})

        message = self._decide(held, {"new": True})

        subscriber.refresh_from_db()
        assert (message.state, message.code) == ("held", "mbi_contradiction")
        assert subscriber.first_name == "Ana"
        assert subscriber.has_mbi(MBI)

    def test_writes_on_the_holder_of_the_policy_when_they_are_chosen(self, site):
        deliver()
        held = deliver(enrollment_id="PC-2", beneficiary={"mbi": OTHER_MBI})

        message = self._decide(held, {"individual_id": _subscriber().pk})

        assert message.state == "applied"
        assert _subscriber().has_mbi(OTHER_MBI)

    def test_is_refused_twice(self, held):
        self._decide(held, {"new": True})

        with pytest.raises(review.MessageStateError):
            self._decide(held, {"new": True})

        assert Policy.objects.count() == 1

    @pytest.mark.parametrize(
        "decision", [{"individual_id": 1, "new": True}, {}, {"individual_id": 10**30}, {"new": 1.5}]
    )
    def test_is_refused_when_it_is_none_of_the_candidates(self, held, decision):
        with pytest.raises(review.MessageStateError):
            self._decide(held, decision)

        held.refresh_from_db()
        assert held.state == "held"
