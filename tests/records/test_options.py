import pytest
from django.core.cache import cache

from agencyhub.records.models import Option
from agencyhub.records.services import options
from individuals.models import Individual
from tests.factories.individuals import IndividualFactory, option
from tests.factories.records import OptionFactory

pytestmark = pytest.mark.django_db
SOURCE = Option.List.LEAD_SOURCE


def labels(option_list):
    rows = Option.objects.filter(list=option_list).order_by("position", "pk")
    return list(rows.values_list("label", flat=True))


def _number_of(used, *, as_of_late):
    (uses,) = options.uses_of([used], as_of_late=as_of_late).values()
    return sum(one.count for one in uses)


class TestAddOption:
    def test_adds_at_the_end(self):
        options.add_option(option_list=SOURCE, label="  Radio   ad ")

        assert labels(SOURCE)[-1] == "Radio ad"

    def test_refuses_a_label_that_is_there_in_other_case(self):
        with pytest.raises(options.OptionExistsError) as refusal:
            options.add_option(option_list=SOURCE, label="REFERRAL")

        assert refusal.value.field == "label"

    def test_says_that_the_twin_is_inactive(self):
        Option.objects.filter(label="Referral").update(is_active=False)

        with pytest.raises(options.OptionExistsError, match="activate it"):
            options.add_option(option_list=SOURCE, label="Referral")

    def test_asks_for_a_meaning_where_the_list_has_meanings(self):
        with pytest.raises(options.InvalidMeaningError):
            options.add_option(option_list="sales_stage", label="Thinking")


class TestMoveOption:
    def test_swaps_neighbours_and_stops_at_the_ends(self):
        first, second = labels(SOURCE)[:2]

        options.move_option(option_id=option(SOURCE, second).pk, up=True)
        options.move_option(option_id=option(SOURCE, second).pk, up=True)

        assert labels(SOURCE)[:2] == [second, first]


class TestDeleteOption:
    def test_deletes_what_nothing_uses(self):
        unused = OptionFactory()

        options.delete_option(option_id=unused.pk)

        assert not Option.objects.filter(pk=unused.pk).exists()

    def test_refuses_and_counts_the_uses(self):
        for _ in range(2):
            IndividualFactory()
        client = option("individual_type", "Client")

        with pytest.raises(options.OptionInUseError, match="2 individuals"):
            options.delete_option(option_id=client.pk)

        assert Individual.objects.filter(type=client).count() == 2

    def test_counts_for_a_whole_list_with_a_constant_number_of_queries(
        self, django_assert_max_num_queries
    ):
        IndividualFactory()
        rows = list(Option.objects.filter(list="individual_type"))

        with django_assert_max_num_queries(20):
            used = options.uses_of(rows)

        client = option("individual_type", "Client")
        assert [str(use) for use in used[client.pk]] == ["1 individual"]

    def test_are_remembered_for_pages_where_the_table_is_large(self, monkeypatch):
        cache.clear()
        monkeypatch.setattr(options, "LARGE", 1)
        used = option("individual_type", "Client")
        for _ in range(2):
            IndividualFactory(type=used)
        assert _number_of(used, as_of_late=True) == 2
        IndividualFactory(type=used)

        assert _number_of(used, as_of_late=True) == 2
        assert _number_of(used, as_of_late=False) == 3
        assert _number_of(used, as_of_late=True) == 3

    def test_are_counted_anew_where_the_table_is_small(self):
        cache.clear()
        used = option("individual_type", "Client")
        IndividualFactory(type=used)
        assert _number_of(used, as_of_late=True) == 1
        IndividualFactory(type=used)

        assert _number_of(used, as_of_late=True) == 2


class TestRestoreOption:
    def test_answers_what_is_there(self):
        found, what = options.restore_option(option_list="coverage_type", label="mapd")

        assert (found.label, what) == ("MAPD", "")

    def test_activates_an_inactive_one(self):
        Option.objects.filter(label="MAPD").update(is_active=False)

        found, what = options.restore_option(option_list="coverage_type", label="MAPD")

        assert (found.is_active, what) == (True, "re-activated")

    def test_creates_a_missing_one_at_the_end(self):
        found, what = options.restore_option(option_list="coverage_type", label="Hearing")

        assert what == "re-created"
        assert labels("coverage_type")[-1] == found.label == "Hearing"
