"""The law of scope: whoever somebody is, every door shows them exactly the same rows."""

import hypothesis
import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import strategies as st

from agencyhub.accounts.models import Role
from tests.scope import doors, world
from tests.scope.world import Reader

pytestmark = [pytest.mark.load, pytest.mark.django_db]
AGENTS = 4
SAMPLED = 3
KINDS = ("individual", "salesrecord", "policy", "application")
PEOPLE = ("individual", "salesrecord")
LEDGERS = ("bookrow", "commissionline")
"""What carriers told: it belongs to an agent or to nobody, and to no individual."""
people = st.builds(
    Reader,
    scopes=st.frozensets(st.sampled_from(Role.Scope.values), max_size=3),
    own_agent=st.none() | st.integers(0, AGENTS - 1),
    accessible=st.frozensets(st.integers(0, AGENTS - 1), max_size=2),
)


@pytest.fixture
def agency(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.API_CALLS_A_MINUTE = 1_000_000
    return world.build()


# Few examples, each of a whole agency; shrinking one would take longer than reading it.
QUICK = hypothesis.settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class TestEveryDoor:
    @QUICK
    @given(reader=people, seed=st.integers(0, 2**32))
    @example(reader=Reader(frozenset(), 0, frozenset({1})), seed=1)
    @example(reader=Reader(frozenset({"own"}), 3, frozenset({0})), seed=2)
    @example(reader=Reader(frozenset({"own", "own_and_unassigned"}), 1, frozenset()), seed=4)
    @example(reader=Reader(frozenset(), None, frozenset(), is_superuser=True), seed=5)
    def test_shows_the_same_rows(self, agency, reader, seed):
        agency.deal(seed)
        user = agency.enter(reader)
        client = Client()
        client.force_login(user)

        for kind in (*KINDS, *LEDGERS):
            lawful = agency.visible(reader, kind)
            some = agency.rows[kind][:: world.SIZE // SAMPLED]
            assert doors.list_pages(client, kind) == lawful
            assert doors.api_pages(client, kind) == lawful
            assert doors.exported(client, user, kind) == lawful
            assert doors.bulk_selection(user, kind) == lawful
            assert doors.admin_pages(client, kind) == lawful
            assert doors.details(client, kind, some) == lawful & set(some)
            if kind in doors.DOCUMENTED:
                assert doors.documents(client, kind, some) == lawful & set(some)
            if kind in LEDGERS:
                continue
            words = agency.words(kind, some)
            found, by_kind = doors.search_box(client, kind, words)
            assert found == lawful & set(some)
            assert all(keys <= agency.visible(reader, one) for one, keys in by_kind.items())
            if kind in PEOPLE:
                found, shown = doors.searches(client, kind, words)
                assert found == lawful & set(some)
                assert shown <= lawful
        self.acts_of_the_past(agency, reader, user)

    def acts_of_the_past(self, agency, reader, user):
        """An act is open to who sees everything that it touched, and whom that concerns."""
        for kind in (*KINDS, *LEDGERS):
            lawful = [
                agency.sees(reader, kind, at)
                and (kind in (*PEOPLE, *LEDGERS) or agency.sees(reader, "individual", at))
                for at in range(world.TOUCHED)
            ]
            assert doors.undoable(user, agency.batches[kind]) == lawful
