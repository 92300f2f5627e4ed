"""Made-up files whose truth is known: what is linked is right, and little is missing."""

from random import Random

import pytest

from bench.matching import qualities
from bench.matching_noise import HeldOut, Known
from bench.matching_rows import SCHEMAS, build, insert, load
from commissions.models import Application, BookRow, CommissionLine, MatchRun

pytestmark = [pytest.mark.load, pytest.mark.django_db]
TABLES = (Application, BookRow, CommissionLine)


class TestRefresh:
    def test_links_two_thousand_applications_rightly(self, refreshed):
        world = build(Known(3), policies=4300, lines=2, seed=11)
        assert len(world.applications) > 2000
        load(world)

        refreshed()

        books, lines = qualities(world)
        assert books.precision == 1
        assert lines.precision > 0.999
        assert books.recall > 0.985
        assert lines.recall > 0.98

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_finds_the_same_whatever_arrives_when(self, refreshed, pairs, seed):
        """Half of the town is there; the rest comes in pieces, as it happens."""
        random = Random(seed)
        noise = (Known if seed % 2 else HeldOut)(seed)
        world = build(noise, policies=260, lines=2, seed=20 + seed)
        late = []
        for kind, rows in enumerate((world.applications, world.books, world.lines)):
            random.shuffle(rows)
            late += [(kind, row) for row in rows[: len(rows) // 4]]
            insert(TABLES[kind], rows[len(rows) // 4 :], SCHEMAS[TABLES[kind]])
        refreshed()
        random.shuffle(late)
        size = len(late) // 5
        for start in range(0, len(late), size):
            for kind, model in enumerate(TABLES):
                piece = [row for at, row in late[start : start + size] if at == kind]
                insert(model, piece, SCHEMAS[model])
            refreshed()
        BookRow.objects.filter(pk__in=random.sample(list(world.of_book), 6)).delete()
        Application.objects.filter(pk__in=random.sample(list(world.of_application), 6)).update(
            last_name="Changed"
        )
        refreshed()
        step_by_step = pairs()

        full = refreshed(is_full=True)

        assert full.result["changed_pairs"] == 0
        assert pairs() == step_by_step
        assert MatchRun.objects.filter(state=MatchRun.State.FAILED).count() == 0
