"""Names that resemble: as PostgreSQL counts, and none of the best left out."""

from dataclasses import replace

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from agencyhub.accounts.models import User
from individuals.models import Individual
from individuals.searching_typos import may_suffice, pairs, resemblance, sides, trigrams
from individuals.selectors_search import names, typos
from individuals.selectors_search.names import Spelling
from individuals.selectors_search.parts import People
from individuals.services import search_index
from tests.factories.individuals import IndividualFactory

WORDS = st.text("abcde", min_size=1, max_size=6)
NAMES = st.lists(WORDS, max_size=12, unique=True)


class TestPairs:
    @given(st.tuples(WORDS, WORDS), NAMES, NAMES, st.sampled_from([0.3, 0.4, 0.7]))
    def test_are_all_that_resemble_enough(self, typed, firsts, lasts, least):
        text = " ".join(typed)
        wanted = trigrams(text)
        every = {
            (first, last): resemblance(wanted, trigrams(f"{first} {last}"))
            for first in firsts
            for last in lasts
        }

        halves = {"firsts": sides(wanted, firsts), "lasts": sides(wanted, lasts)}
        found = pairs(wanted, **halves, at_least=least)

        expected = {pair: share for pair, share in every.items() if share >= least}
        assert {(pair.first, pair.last): pair.resemblance for pair in found} == expected
        assert [pair.resemblance for pair in found] == sorted(expected.values(), reverse=True)

    @given(st.tuples(WORDS, WORDS), WORDS, WORDS.filter(lambda word: len(word) > 1))
    def test_beside_a_name_that_is_no_candidate_are_not_forgotten(self, typed, name, other):
        text = " ".join(typed)
        wanted, least = trigrams(text), 0.45
        if resemblance(wanted, trigrams(other)) >= names.CANDIDATE:
            return

        share = resemblance(wanted, trigrams(f"{name} {other}"))

        (side,) = sides(wanted, [name])
        suffices = may_suffice(
            len(wanted), side.shared, side.lacking, at_least=least, others_below=names.CANDIDATE
        )
        assert suffices or share < least

    @pytest.mark.django_db
    @settings(max_examples=30, deadline=None)
    @given(st.tuples(WORDS, WORDS), st.tuples(WORDS, WORDS))
    def test_count_as_postgresql_does(self, typed, name):
        with connection.cursor() as cursor:
            cursor.execute("SELECT similarity(%s, %s)", [" ".join(typed), " ".join(name)])
            (similarity,) = cursor.fetchone()

        ours = resemblance(trigrams(" ".join(typed)), trigrams(" ".join(name)))
        assert ours == pytest.approx(similarity, abs=1e-6)


@pytest.fixture
def town(db):
    """Six hundred people with names that resemble one another, indexed."""
    firsts = ("mari", "maria", "mario", "marta", "ana", "anna", "annie", "jo", "john", "joan")
    lasts = ("gonzalez", "gonzales", "gonzalo", "gomez", "gon", "smith", "smit", "smyth", "lopez")
    template = IndividualFactory()
    Individual.objects.bulk_create(
        Individual(
            first_name=firsts[number * 7 % 10],
            last_name=lasts[number * 5 % 9],
            type=template.type,
            status=template.status,
        )
        for number in range(600)
        if number % 11 or number % 3
    )
    search_index.index_waiting()


STRAIGHT = """
SELECT id FROM individuals_individual WHERE {alike} >= {least}
ORDER BY {alike} DESC, last_name_key, first_name_key, id LIMIT 10
"""
FULL = "similarity(first_name_key || ' ' || last_name_key, %(typed)s)"
ONE = "greatest(similarity(last_name_key, %(typed)s), similarity(first_name_key, %(typed)s))"


class TestFirstTen:
    @pytest.mark.parametrize(
        "typed",
        ["maria gonzlez", "gonzlez mari", "jhon smith", "joan smthy", "anne lopes", "xo smith",
         "maria qqqq", "gonzlez", "smiht", "anan", "jonh"],
    )  # fmt: skip
    def test_are_those_of_the_straight_query(self, town, typed):
        alike, least = (FULL, names.TOGETHER) if " " in typed else (ONE, names.ALONE)
        with connection.cursor() as cursor:
            cursor.execute(STRAIGHT.format(alike=alike, least=least), {"typed": typed})
            expected = [key for (key,) in cursor.fetchall()]

        everybody = People(Individual)
        few = replace(everybody, is_small=True)
        assert typos.resembling(everybody, Spelling(typed), limit=10) == expected
        assert typos.resembling(few, Spelling(typed), limit=10) == expected
        assert User.objects.count() == 0


class TestConfused:
    @pytest.mark.parametrize("typed", ["jhon smtih", "smtih jhon"])
    def test_swapped_letters_are_a_slip(self, town, typed):
        keys = typos.confused(People(Individual), Spelling(typed), limit=5)

        names = set(
            Individual.objects.filter(pk__in=keys).values_list("first_name_key", "last_name_key")
        )
        assert names == {("john", "smith")}
