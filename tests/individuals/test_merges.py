"""Making one individual of two, and taking that back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import translation

from agencyhub.records.models import Batch, Change, CustomField, Entry
from agencyhub.records.selectors import batch_page, recent_acts
from agencyhub.records.services import undo
from agencyhub.records.services.undo import undo_batch
from individuals.models import (
    Address,
    DuplicatePair,
    Individual,
    IndividualAgent,
    MergedIndividual,
    MergeNotUndoableError,
    RevealLog,
)
from individuals.services import merges
from individuals.services.people import ChangedMeanwhileError
from integrations.plancompare.models import Handoff
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import (
    MBI,
    OTHER_MBI,
    AddressFactory,
    IndividualFactory,
    SalesOpportunityFactory,
    SalesRecordFactory,
    option,
)
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
State = DuplicatePair.State


@pytest.fixture
def boss():
    return UserFactory(owner=True)


@pytest.fixture
def survivor():
    return IndividualFactory(first_name="Ana", email="", notes="Calls in the morning.")


@pytest.fixture
def loser():
    return IndividualFactory(
        first_name="Ana María", email="ana@example.com", cell_phone="5155550111", mbi=MBI
    )


def merge(survivor, loser, user, **choices):
    seen = dict(
        Individual.objects.filter(pk__in=(survivor.pk, loser.pk)).values_list("pk", "updated_at")
    )
    return merges.merge(
        survivor_id=survivor.pk, loser_id=loser.pk, choices=choices, seen=seen, user=user, at=AT
    )


def unmerge(result, user):
    batch = Batch.objects.get(pk=result.batch.pk)
    return undo_batch(batch_id=batch.pk, user=user, at=batch.created_at)


IGNORED = {
    *("records_batch", "records_change", "records_entry"),
    # What workers have to look at again.
    *("individuals_backlog", "commissions_paychange"),
}


def everything():
    """Every row of every table that records people's data, but for when it was touched."""
    found = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if table in IGNORED or model is ContentType or not model._meta.managed:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT to_jsonb(t) - 'updated_at' FROM \"{table}\" AS t")
            found[table] = sorted(row for (row,) in cursor.fetchall())
    return found


class TestMerge:
    def test_takes_the_better_values_and_removes_the_other(self, survivor, loser, boss):
        result = merge(survivor, loser, boss)

        survivor.refresh_from_db()
        assert not Individual.objects.filter(pk=loser.pk).exists()
        assert survivor.first_name == "Ana María"
        assert (survivor.email, survivor.cell_phone) == ("ana@example.com", "5155550111")
        assert survivor.mbi.reveal() == MBI
        assert survivor.has_mbi(MBI)
        assert survivor.notes == "Calls in the morning."
        assert result.reasons[0] == (
            f"Taken from Individual {loser.pk}: first name, cell phone, email, MBI"
        )

    def test_keeps_its_reasons_in_english_whoever_merges(self, survivor, loser, boss):
        with translation.override("es"):
            result = merge(survivor, loser, boss)

        (taken,) = [one for one in result.reasons if one.startswith("Taken from Individual")]
        assert "cell phone" in taken

    def test_takes_what_was_chosen_instead(self, survivor, loser, boss):
        CustomField.objects.create(target="individual", key="card", label="Card", type="text")
        Individual.objects.filter(pk=survivor.pk).update(custom={"card": "A1", "old": "x"})
        Individual.objects.filter(pk=loser.pk).update(custom={"card": "B2", "older": "y"})

        merge(
            survivor,
            loser,
            boss,
            first_name="left",
            email="left",
            custom_card="right",
            nonsense="right",
        )

        survivor.refresh_from_db()
        assert (survivor.first_name, survivor.email) == ("Ana", "")
        assert survivor.custom == {"card": "B2", "old": "x", "older": "y"}

    def test_does_not_let_somebody_choose_a_value_they_may_not_see(self, survivor, loser):
        CustomField.objects.create(
            target="individual", key="hiv", label="H", type="text", is_health=True
        )
        user = UserFactory(may=["individuals.view_individual"])
        Individual.objects.filter(pk=survivor.pk).update(custom={"hiv": "no"})

        merge(survivor, loser, user, custom_hiv="right")

        survivor.refresh_from_db()
        assert survivor.custom == {"hiv": "no"}

    def test_keeps_a_client_a_client(self, survivor, loser, boss):
        newer = survivor.updated_at + timedelta(days=1)
        prospect = option("individual_type", "Prospect")
        Individual.objects.filter(pk=loser.pk).update(type=prospect, updated_at=newer)

        merge(survivor, loser, boss)

        survivor.refresh_from_db()
        assert survivor.type.label == "Client"

    @pytest.mark.parametrize(("days", "line"), [(1, "9 Elm St"), (-1, "12 Oak Street")])
    def test_the_newer_record_has_the_primary_address_whatever_is_taken_of_the_other(
        self, survivor, loser, boss, days, line
    ):
        AddressFactory(individual=survivor, line_1="12 Oak Street")
        AddressFactory(individual=loser, line_1="9 Elm St", zip_code="50014")
        saved = survivor.updated_at + timedelta(days=days)
        Individual.objects.filter(pk=loser.pk).update(notes="Has a dog.", updated_at=saved)

        merge(survivor, loser, boss)

        assert Address.objects.get(is_primary=True).line_1 == line

    def test_keeps_the_mbi_that_was_chosen(self, survivor, loser, boss):
        other = IndividualFactory(mbi=OTHER_MBI)

        merge(other, loser, boss, mbi="left")

        other.refresh_from_db()
        assert other.has_mbi(OTHER_MBI)
        assert not Individual.objects.with_mbi(MBI).exists()

    def test_prefers_a_full_mbi_and_joins_the_notes(self, survivor, loser, boss):
        Individual.objects.filter(pk=survivor.pk).update(mbi_tail="MK73")
        Individual.objects.filter(pk=loser.pk).update(notes="Has a dog.")

        merge(survivor, loser, boss)

        survivor.refresh_from_db()
        assert survivor.mbi.reveal() == MBI
        assert survivor.notes == (
            f"Calls in the morning.\n\nFrom Individual {loser.pk}, merged 11/22/2026:\nHas a dog."
        )

    def test_joins_addresses_by_the_rule_of_every_source(self, survivor, loser, boss):
        kept = AddressFactory(individual=survivor)
        AddressFactory(individual=loser, line_1="12 OAK Street", zip_code="50010-1234")
        other = AddressFactory(individual=loser, line_1="9 Elm St", is_primary=False)

        result = merge(survivor, loser, boss, primary_address="left")

        rows = Address.objects.order_by("pk").values_list("pk", "individual_id", "is_primary")
        assert list(rows) == [(kept.pk, survivor.pk, True), (other.pk, survivor.pk, False)]
        assert "Addresses added: 1" in result.reasons
        assert "Addresses that were here already: 1" in result.reasons

    def test_makes_the_chosen_address_primary(self, survivor, loser, boss):
        former = AddressFactory(individual=survivor)
        chosen = AddressFactory(individual=loser, line_1="9 Elm St", zip_code="50014")

        merge(survivor, loser, boss, primary_address="right")

        assert Address.objects.get(is_primary=True) == chosen
        assert Address.objects.get(pk=former.pk).individual_id == survivor.pk

    def test_lets_everybody_who_saw_either_see_the_survivor(self, survivor, loser, boss):
        one, two, three = AgentFactory.create_batch(3)
        Individual.objects.filter(pk=survivor.pk).update(servicing_agent=one)
        Individual.objects.filter(pk=loser.pk).update(servicing_agent=two)
        survivor.additional_agents.set([three])
        loser.additional_agents.set([one, three])

        merge(survivor, loser, boss, servicing_agent="right")

        survivor.refresh_from_db()
        assert survivor.servicing_agent == two
        assert set(survivor.additional_agents.all()) == {one, three}
        assert IndividualAgent.objects.count() == 2

    def test_moves_everything_that_points_to_the_other(self, survivor, loser, boss):
        policy = PolicyFactory(subscriber=loser)
        record = SalesRecordFactory(individual=loser)
        opportunity = SalesOpportunityFactory(individual=loser)
        reveal = RevealLog.objects.create(individual=loser, user=boss, reason="Quoting a plan")
        handoff = Handoff.objects.create(
            record_type="individual", record_id=loser.pk, user=boss, link_label="2027",
            digest=b"", field_digests={},
        )  # fmt: skip
        not_theirs = Handoff.objects.create(
            record_type="sales_record", record_id=loser.pk, user=boss, link_label="2027",
            digest=b"", field_digests={},
        )  # fmt: skip

        result = merge(survivor, loser, boss)

        for row, name in (
            (policy, "subscriber"),
            (record, "individual"),
            (opportunity, "individual"),
            (reveal, "individual"),
        ):
            row.refresh_from_db()
            assert getattr(row, f"{name}_id") == survivor.pk
        handoff.refresh_from_db()
        not_theirs.refresh_from_db()
        assert (handoff.record_id, not_theirs.record_id) == (survivor.pk, loser.pk)
        assert "Policies moved: 1" in result.reasons
        line = Entry.objects.get(batch=result.batch)
        assert (line.individual_id, line.text) == (
            survivor.pk,
            f"Merged Individual {loser.pk} into this one",
        )
        assert line.reasons == result.reasons

    def test_knows_every_foreign_key_to_an_individual(self, survivor, loser, boss):
        """A table of a later app must move too: none may be left that still names the other."""
        merge(survivor, loser, boss)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conrelid::regclass::text, attname FROM pg_constraint"
                " JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey)"
                " WHERE contype = 'f' AND confrelid = 'individuals_individual'::regclass"
            )
            in_database = set(cursor.fetchall())
        moved = {
            (pointer.model._meta.db_table, pointer.column)
            for pointer in merges.references.pointers_to(Individual)
        }
        assert in_database <= moved

    def test_keeps_links_to_the_other_working_along_a_chain(self, survivor, loser, boss):
        third = IndividualFactory()
        merge(survivor, loser, boss)
        merge(third, survivor, boss)

        assert MergedIndividual.objects.survivor_of(loser.pk) == third.pk
        assert MergedIndividual.objects.survivor_of(survivor.pk) == third.pk
        assert MergedIndividual.objects.survivor_of(third.pk) is None
        assert MergedIndividual.objects.keys_of(third.pk) == [third.pk, survivor.pk, loser.pk]

    def test_settles_the_pair_and_hands_on_who_it_is_not(self, survivor, loser, boss):
        stranger = IndividualFactory(first_name="Zoe")
        DuplicatePair.objects.create(
            first=loser, second=stranger, score=70, door="screen", state=State.NOT_DUPLICATE,
            decided_by=boss, decided_at=AT,
        )  # fmt: skip

        merge(survivor, loser, boss)

        pair = DuplicatePair.objects.get(first=survivor, second=loser)
        assert (pair.state, pair.decided_by, pair.decided_at) == (State.MERGED, boss, AT)
        handed_on = DuplicatePair.objects.get(first=survivor, second=stranger)
        assert handed_on.state == State.NOT_DUPLICATE

    def test_again_says_that_it_is_done(self, survivor, loser, boss):
        merge(survivor, loser, boss)
        batches = Batch.objects.count()

        with pytest.raises(merges.AlreadyMergedError) as refusal:
            merge(survivor, loser, boss)

        assert refusal.value.survivor_id == survivor.pk
        assert Batch.objects.count() == batches

    @pytest.mark.parametrize("_case", ["itself", "gone", "merged elsewhere"])
    def test_refuses(self, _case, survivor, loser, boss):
        if _case == "itself":
            loser = survivor
        elif _case == "gone":
            loser.delete()
            loser.pk = 999_999
        else:
            merge(IndividualFactory(), loser, boss)

        with pytest.raises(merges.MergeRefusedError):
            merge(survivor, loser, boss)

    def test_refuses_who_does_not_see_both(self, survivor, loser, agent_user, agent):
        Individual.objects.filter(pk=survivor.pk).update(servicing_agent=agent)

        with pytest.raises(merges.MergeRefusedError, match="another agent's book"):
            merge(survivor, loser, agent_user)

        assert Individual.objects.count() == 2

    def test_refuses_when_somebody_saved_one_of_them_meanwhile(self, survivor, loser, boss):
        seen = {survivor.pk: survivor.updated_at, loser.pk: loser.updated_at - timedelta(seconds=1)}

        with pytest.raises(ChangedMeanwhileError, match=f"Individual {loser.pk}"):
            merges.merge(
                survivor_id=survivor.pk, loser_id=loser.pk, choices={}, seen=seen, user=boss, at=AT
            )

        assert not Change.objects.filter(action="delete").exists()


class TestUnmerge:
    @pytest.fixture
    def rich(self, survivor, loser, boss):
        """Two people with everything."""
        one, two = AgentFactory.create_batch(2)
        Individual.objects.filter(pk=survivor.pk).update(servicing_agent=one, custom={"a": "1"})
        Individual.objects.filter(pk=loser.pk).update(
            servicing_agent=two, custom={"a": "2", "b": "3"}, notes="Has a dog."
        )
        survivor.additional_agents.set([two])
        loser.additional_agents.set([one, two])
        AddressFactory(individual=survivor)
        AddressFactory(individual=loser)
        AddressFactory(individual=loser, line_1="9 Elm St", is_primary=False)
        PolicyFactory(subscriber=loser)
        PolicyFactory(subscriber=survivor)
        SalesRecordFactory(individual=loser)
        SalesOpportunityFactory(individual=loser)
        RevealLog.objects.create(individual=loser, user=boss, reason="Quoting a plan")
        Handoff.objects.create(
            record_type="individual", record_id=loser.pk, user=boss, link_label="2027",
            digest=b"", field_digests={},
        )  # fmt: skip
        stranger = IndividualFactory(first_name="Zoe")
        DuplicatePair.objects.create(
            first=loser, second=stranger, score=70, door="screen", state=State.NOT_DUPLICATE,
            decided_by=boss, decided_at=AT,
        )  # fmt: skip
        DuplicatePair.objects.create(first=survivor, second=loser, score=80, door="screen")
        return survivor, loser

    @pytest.mark.parametrize("primary_address", ["left", "right"])
    def test_leaves_every_table_equal_to_before(self, rich, boss, primary_address):
        survivor, loser = rich
        before = everything()

        result = unmerge(merge(survivor, loser, boss, primary_address=primary_address), boss)

        assert result.kept == []
        after = everything()
        assert {name: rows for name, rows in after.items() if rows != before[name]} == {}

    def test_keeps_what_was_edited_since_and_lists_it(self, rich, boss):
        survivor, loser = rich
        merged = merge(survivor, loser, boss)
        Individual.objects.filter(pk=survivor.pk).update(email="new@example.com")

        result = unmerge(merged, boss)

        assert result.kept == [f"Individual {survivor.pk}: email was edited since."]
        survivor.refresh_from_db()
        loser.refresh_from_db()
        assert (survivor.email, loser.email) == ("new@example.com", "ana@example.com")
        assert survivor.cell_phone == ""

    def test_leaves_new_rows_with_the_survivor_and_lists_them(self, rich, boss):
        survivor, loser = rich
        merged = merge(survivor, loser, boss)
        policy = PolicyFactory(subscriber=survivor)

        result = unmerge(merged, boss)

        said = f"Policy {policy.pk} was added since: it stays with Individual {survivor.pk}."
        assert result.kept == [said]
        policy.refresh_from_db()
        assert policy.subscriber_id == survivor.pk
        assert loser.policies.count() == 1

    def test_of_a_chain_goes_in_the_right_order(self, survivor, loser, boss):
        third = IndividualFactory()
        policy = PolicyFactory(subscriber=loser)
        first = merge(survivor, loser, boss)
        second = merge(third, survivor, boss)

        with pytest.raises(MergeNotUndoableError, match=f"merged into Individual {third.pk}"):
            unmerge(first, boss)
        assert not Individual.objects.filter(pk=loser.pk).exists()

        unmerge(second, boss)
        unmerge(first, boss)

        policy.refresh_from_db()
        assert policy.subscriber_id == loser.pk
        assert Individual.objects.count() == 3
        assert not MergedIndividual.objects.exists()

    def test_is_refused_as_a_whole_when_the_other_cannot_come_back(self, survivor, loser, boss):
        agent = AgentFactory()
        Individual.objects.filter(pk=loser.pk).update(servicing_agent=agent)
        merged = merge(survivor, loser, boss, servicing_agent="left")
        IndividualAgent.objects.all().delete()
        agent.delete()

        with pytest.raises(MergeNotUndoableError, match="cannot come back"):
            unmerge(merged, boss)

        assert MergedIndividual.objects.survivor_of(loser.pk) == survivor.pk
        assert Batch.objects.get(pk=merged.batch.pk).undone_at is None

    def test_is_not_redone_but_merged_again(self, survivor, loser, boss):
        result = unmerge(merge(survivor, loser, boss), boss)

        with pytest.raises(undo.UndoNotAllowedError, match="Merge the two again"):
            undo_batch(batch_id=result.batch.pk, user=boss, at=result.batch.created_at)
        page = batch_page(result.batch, viewer=boss)
        assert not page.may_undo
        assert "Merge the two again" in page.refusal
        assert recent_acts(boss)[0].undo_url == ""

        merge(survivor, loser, boss)
        assert Individual.objects.count() == 1

    def test_is_possible_for_30_days(self, survivor, loser, boss):
        merged = merge(survivor, loser, boss)
        made = Batch.objects.get(pk=merged.batch.pk).created_at

        with pytest.raises(undo.UndoWindowClosedError):
            undo_batch(batch_id=merged.batch.pk, user=boss, at=made + timedelta(days=31))


class TestBetterSurvivor:
    def test_is_the_one_with_more_history_then_the_older(self, survivor, loser):
        assert merges.better_survivor(loser, survivor) == (survivor, loser)

        PolicyFactory(subscriber=loser)

        assert merges.better_survivor(survivor, loser) == (loser, survivor)
