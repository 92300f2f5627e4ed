"""Finding possible duplicates in the database, and remembering what was decided about them."""

from datetime import UTC, date, datetime

import pytest

from agencyhub.records.models import Change, Entry
from agencyhub.records.services.undo import undo_batch
from individuals import blocking
from individuals.models import DuplicatePair, Individual
from individuals.services import duplicates
from tests.factories.individuals import MBI, AddressFactory, IndividualFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
Door = DuplicatePair.Door
State = DuplicatePair.State
BORN = date(1958, 3, 14)


def bare(**facts):
    """Somebody of whom nothing is known but what is said."""
    blank = {"email": "", "home_phone": "", "date_of_birth": None}
    return IndividualFactory(**{**blank, **facts})


def detect(*people):
    return duplicates.detect(individual_ids=[one.pk for one in people], door=Door.SCREEN)


def pairs():
    return list(DuplicatePair.objects.order_by("pk").values_list("first_id", "second_id"))


def with_home(person, **address):
    AddressFactory(individual=person, **address)
    return person


class TestDetect:
    @pytest.mark.parametrize(
        ("_case", "one", "other"),
        [
            ("MBI", {"mbi": MBI}, {"mbi": MBI, "first_name": "Anita", "last_name": "Reyes"}),
            ("name and birth", {"date_of_birth": BORN}, {"date_of_birth": BORN}),
            (
                "accents and case",
                {"date_of_birth": BORN, "last_name": "LÓPEZ"},
                {"date_of_birth": BORN},
            ),
            (
                "last name mistyped",
                {"date_of_birth": BORN},
                {"date_of_birth": BORN, "last_name": "Lopes"},
            ),
            (
                "short form of the first name",
                {"date_of_birth": BORN, "first_name": "José"},
                {"date_of_birth": BORN, "first_name": "Pepe"},
            ),
            (
                "names swapped",
                {"date_of_birth": BORN},
                {"date_of_birth": BORN, "first_name": "Lopez", "last_name": "Ana"},
            ),
            (
                "phone, whichever it is",
                {"home_phone": "5155550100"},
                {"cell_phone": "5155550100"},
            ),
            ("email in any case", {"email": "A@example.com"}, {"email": "a@EXAMPLE.com"}),
        ],
    )
    def test_opens_a_pair_by(self, _case, one, other):
        known, new = bare(**one), bare(**other)

        found = detect(new)

        assert pairs() == [(known.pk, new.pk)]
        assert found.opened == 1
        pair = DuplicatePair.objects.get()
        assert (pair.state, pair.door) == (State.OPEN, Door.SCREEN)
        assert pair.score >= 60
        assert "Lopez" not in " ".join(pair.reasons)

    @pytest.mark.parametrize(
        "born", [date(1958, 4, 14), date(1953, 3, 14)], ids=["month off", "year off"]
    )
    def test_opens_a_pair_by_name_zip_and_nearly_the_birth_date(self, born):
        known = with_home(bare(date_of_birth=BORN))
        new = with_home(bare(date_of_birth=born), line_1="900 Elm St", zip_code="50010-1234")

        detect(new)

        assert pairs() == [(known.pk, new.pk)]

    def test_opens_a_pair_by_name_and_address(self):
        known = with_home(bare())
        new = with_home(bare(), line_1="12  oak street", zip_code="50010-9999")

        detect(new)

        assert pairs() == [(known.pk, new.pk)]

    def test_opens_nothing_for_a_family(self):
        father = with_home(
            bare(first_name="John", date_of_birth=date(1949, 5, 1), home_phone="5155550100")
        )
        with_home(bare(first_name="John", date_of_birth=date(1975, 8, 9), home_phone="5155550100"))
        with_home(bare(first_name="Ana", date_of_birth=date(1950, 5, 2), home_phone="5155550100"))
        with_home(bare(first_name="Luis", date_of_birth=date(1949, 5, 1), home_phone="5155550100"))

        found = detect(father)

        assert found.compared >= 2
        assert pairs() == []

    def test_again_changes_nothing_and_writes_no_history(self):
        bare(date_of_birth=BORN)
        new = bare(date_of_birth=BORN)
        detect(new)
        before = DuplicatePair.objects.values().get()

        found = detect(new)

        assert (found.opened, found.closed) == (0, 0)
        assert DuplicatePair.objects.values().get() == before
        assert not Change.objects.filter(table_name="individuals_duplicatepair").exists()

    def test_brings_reasons_up_to_date_and_closes_what_is_alike_no_more(self):
        known, new = bare(date_of_birth=BORN), bare(date_of_birth=BORN)
        detect(new)
        Individual.objects.update(home_phone="5155550100")
        detect(new)
        assert DuplicatePair.objects.get().is_certain

        Individual.objects.filter(pk=new.pk).update(first_name="Grace", date_of_birth=None)
        found = detect(new)

        assert found.closed == 1
        assert pairs() == []
        assert known.pk != new.pk

    def test_compares_a_range_of_new_people_with_each_other_and_with_everybody(self):
        known = bare(date_of_birth=BORN)
        bystander = bare(first_name="Zoe", date_of_birth=BORN, email="z@example.com")
        bare(first_name="Zoe", date_of_birth=BORN, email="z@example.com")
        new = [bare(date_of_birth=BORN) for _ in range(2)]

        duplicates.detect(id_range=(new[0].pk, new[1].pk), door=Door.IMPORT)

        assert pairs() == [(known.pk, new[0].pk), (known.pk, new[1].pk), (new[0].pk, new[1].pk)]
        assert bystander.pk not in {pk for pair in pairs() for pk in pair}

    def test_leaves_out_what_too_many_share_and_says_so(self, monkeypatch):
        monkeypatch.setattr(blocking, "LARGEST_BLOCK", 3)
        people = [bare(home_phone="5155550100", last_name=f"N{n}") for n in range(4)]

        found = detect(*people)

        assert found.compared == 0
        assert found.words() == ["1 phone numbers that more than 3 people share were not compared"]

    def test_takes_keys_or_a_range(self):
        with pytest.raises(ValueError, match="by their keys or by a range"):
            duplicates.detect(door=Door.IMPORT)


class TestDecisions:
    @pytest.fixture
    def pair(self):
        bare(date_of_birth=BORN)
        detect(bare(date_of_birth=BORN))
        return DuplicatePair.objects.get()

    def test_not_a_duplicate_is_remembered_for_good(self, pair, staff):
        duplicates.decide_not_duplicate(pair_id=pair.pk, user=staff, at=AT)

        Individual.objects.update(mbi_index=b"same", home_phone="5155550100")
        found = detect(pair.second)

        assert (found.opened, found.closed) == (0, 0)
        pair.refresh_from_db()
        assert (pair.state, pair.decided_by, pair.decided_at) == (State.NOT_DUPLICATE, staff, AT)
        told = Entry.objects.order_by("individual_id").values_list("individual_id", "text")
        assert list(told) == [
            (pair.first_id, f"Not the same person as Individual {pair.second_id}"),
            (pair.second_id, f"Not the same person as Individual {pair.first_id}"),
        ]

    def test_survives_the_removal_and_return_of_a_person(self, pair, staff):
        duplicates.decide_not_duplicate(pair_id=pair.pk, user=staff, at=AT)
        row = Individual.objects.filter(pk=pair.second_id)
        values = row.values().get()
        row.delete()
        assert not DuplicatePair.objects.visible_to(staff).exists()

        for name in ("first_name_key", "last_name_key"):
            del values[name]
        Individual.objects.create(**values)

        assert DuplicatePair.objects.visible_to(staff).get().state == State.NOT_DUPLICATE

    def test_can_be_taken_back(self, pair, staff):
        duplicates.decide_not_duplicate(pair_id=pair.pk, user=staff, at=AT)

        duplicates.reopen(pair_id=pair.pk, user=staff)

        pair.refresh_from_db()
        assert (pair.state, pair.decided_by, pair.decided_at) == (State.OPEN, None, None)

    def test_can_be_taken_back_as_a_batch(self, pair, staff):
        duplicates.decide_not_duplicate(pair_id=pair.pk, user=staff, at=AT)
        batch = Entry.objects.first().batch

        undo_batch(batch_id=batch.pk, user=staff, at=batch.created_at)

        pair.refresh_from_db()
        assert pair.state == State.OPEN

    def test_is_made_once(self, pair, staff):
        duplicates.decide_not_duplicate(pair_id=pair.pk, user=staff, at=AT)

        with pytest.raises(duplicates.PairDecidedError):
            duplicates.decide_not_duplicate(pair_id=pair.pk, user=staff, at=AT)

    def test_of_a_merged_pair_is_not_taken_back(self, pair, staff):
        DuplicatePair.objects.update(state=State.MERGED, decided_by=staff, decided_at=AT)

        with pytest.raises(duplicates.PairDecidedError, match="Unmerge"):
            duplicates.reopen(pair_id=pair.pk, user=staff)


class TestTyped:
    def test_finds_whom_a_typed_person_shares_a_key_with(self):
        known = with_home(bare(date_of_birth=BORN, home_phone="5155550100"))
        typed = blocking.Typed(
            first_name="Ana", last_name="López", cell_phone="5155550100", zip_code="50010"
        )

        assert blocking.namesakes(typed) == [known.pk]
        facts = blocking.facts_of_typed(typed)
        assert (facts.first_name, facts.last_name) == ("ana", "lopez")

    def test_finds_nobody_for_an_empty_form(self):
        bare()

        assert blocking.namesakes(blocking.Typed()) == []
