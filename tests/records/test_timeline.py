import pytest
from django.template.loader import render_to_string

from agencyhub.lib.mbi import read_mbi
from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.selectors import timeline
from agencyhub.records.services.undo import undo_batch
from individuals.models import Individual
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import (
    MBI,
    OTHER_MBI,
    AddressFactory,
    IndividualFactory,
    SalesRecordFactory,
)
from tests.factories.records import CustomFieldFactory

pytestmark = pytest.mark.django_db
TABLE = Individual._meta.db_table


def act(summary="Edited the individual", user=None, channel=Batch.Channel.SCREEN):
    return history.batch(user=user, channel=channel, summary=summary)


def of(person, viewer=None, **more):
    viewer = viewer or UserFactory(owner=True)
    return timeline(
        table=TABLE, record_id=person.pk, individual_id=person.pk, viewer=viewer, **more
    )


class TestTimeline:
    def test_says_who_changed_what_in_words(self):
        agent = AgentFactory(first_name="Sam", last_name="Seller")
        user = UserFactory(first_name="Uma", last_name="User")
        person = IndividualFactory()
        with act(user=user):
            person.servicing_agent = agent
            person.home_phone = "5155550199"
            person.date_of_birth = None
            person.gender = "female"
            person.save()

        item = of(person)[0]

        assert (item.who, item.channel, item.text) == (
            "Uma User", "Screen", "Edited the individual",
        )  # fmt: skip
        assert [tuple(line) for line in item.changes] == [
            ("Date of birth", "03/14/1958", ""),
            ("Gender", "", "Female"),
            ("Home phone", "(515) 555-0100", "(515) 555-0199"),
            ("Servicing agent", "", "Sam Seller"),
        ]

    def test_never_shows_a_sealed_value(self):
        person = IndividualFactory(mbi=MBI)
        with act():
            person.set_mbi(read_mbi(OTHER_MBI))
            person.save()

        item = of(person)[0]

        assert [tuple(line) for line in item.changes] == [("MBI", "•••••••MK73", "•••••••MK72")]

    def test_hides_health_fields_without_the_right(self):
        CustomFieldFactory(key="pharmacy", label="Pharmacy")
        CustomFieldFactory(key="illness", label="Illness", is_health=True)
        person = IndividualFactory()
        with act():
            person.custom = {"pharmacy": "Corner", "illness": "Gout"}
            person.save()

        without = of(person, viewer=UserFactory(may=["individuals.view_individual"]))[0]
        with_right = of(person)[0]

        assert [tuple(line) for line in without.changes] == [("Pharmacy", "", "Corner")]
        assert {line.label for line in with_right.changes} == {"Pharmacy", "Illness"}

    def test_shows_what_belongs_to_the_individual_and_folds_the_rest(self):
        person = IndividualFactory()
        with act("Applied an enrollment", channel=Batch.Channel.SYNC) as batch:
            address = AddressFactory(individual=person)
            history.write(
                history.entry(
                    batch=batch,
                    record=person,
                    individual_id=person.pk,
                    text="Address added",
                    reasons=["Another ZIP code"],
                )
            )

        item = of(person)[0]

        assert item.text == "Address added"
        assert item.reasons == ["Another ZIP code"]
        assert item.icon == "refresh"
        assert item.changes == []
        assert ("Address · Address line 1", "", "12 Oak St") in map(tuple, item.more_changes)
        assert address.individual == person
        assert "6 fields" in render_to_string("components/timeline.html", {"entries": [item]})

    def test_names_the_rows_that_came_where_nobody_wrote_more(self):
        person = IndividualFactory()
        with act():
            pks = [AddressFactory(individual=person, is_primary=not n).pk for n in range(6)]

        item = of(person)[0]

        assert item.reasons == [*(f"Address {pk} added" for pk in pks[:4]), "2 more rows"]

    def test_counts_one_row_as_one(self):
        person = IndividualFactory()
        with act():
            for n in range(5):
                AddressFactory(individual=person, is_primary=not n)

        assert of(person)[0].reasons[-1] == "1 more row"

    def test_marks_what_was_undone_and_offers_undo_to_those_who_may(self):
        person = IndividualFactory()
        with act() as batch:
            Individual.objects.update(nickname="Annie")
        agent = UserFactory(may=["individuals.view_individual"])

        assert of(person)[0].undo_url == f"/timeline/batches/{batch.pk}/undo/"
        assert of(person, viewer=agent)[0].undo_url == ""

        undo_batch(batch_id=batch.pk, user=UserFactory(owner=True), at=batch.created_at)

        undo, undone = of(person)[:2]
        assert (undo.text, undo.icon) == ("Undid: Edited the individual", "arrow-back-up")
        assert (undone.is_undone, undone.undo_url) == (True, "")

    def test_names_other_individuals_by_number_only(self):
        person = IndividualFactory(first_name="Secret")
        record = SalesRecordFactory()
        with act():
            record.individual = person
            record.save()

        item = timeline(
            table=record._meta.db_table, record_id=record.pk, viewer=UserFactory(owner=True)
        )[0]

        assert [tuple(line) for line in item.changes] == [
            ("Linked individual", "", f"Individual {person.pk}")
        ]

    @pytest.mark.parametrize(
        ("_case", "may", "reach", "is_told"),
        [
            ("in the book", ["individuals.view_salesrecord"], "all", True),
            ("of another agent", ["individuals.view_salesrecord"], "own", False),
            ("without the right", ["individuals.view_individual"], "all", False),
        ],
    )
    def test_tells_of_sales_records_only_whom_they_are_for(self, _case, may, reach, is_told):
        person = IndividualFactory()
        record = SalesRecordFactory(individual=person, assigned_agent=AgentFactory())
        with act("Edited the Sales Record"):
            record.notes = "Private"
            record.save()

        items = of(person, viewer=UserFactory(may=may, may__reach=reach))

        assert ("Edited the Sales Record" in [item.text for item in items]) is is_told

    def test_costs_the_same_for_many_acts(self, django_assert_max_num_queries):
        person = IndividualFactory()
        agents = [AgentFactory() for _ in range(3)]
        for number in range(30):
            with act():
                person.servicing_agent = agents[number % 3]
                person.save()
        viewer = UserFactory(owner=True)

        with django_assert_max_num_queries(6):
            items = of(person, viewer=viewer, limit=20)

        assert len(items) == 20
