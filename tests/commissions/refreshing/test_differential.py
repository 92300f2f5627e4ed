"""A run over what changed leaves exactly what a run over everything would."""

import pytest

from tests.commissions.refreshing.confusion import TABLES, Town, kept

pytestmark = pytest.mark.django_db


class TestRefresh:
    @pytest.mark.parametrize("seed", range(8))
    def test_keeps_after_changes_what_comparing_everything_finds(self, refreshed, seed):
        town = Town(seed)
        for model, count in zip(TABLES, (12, 16, 24), strict=True):
            town.add(model, count)
        refreshed(is_full=True)
        for _ in range(6):
            town.change(town.random.randrange(1, 4))
            refreshed()
            step_by_step = kept()

            full = refreshed(is_full=True)

            assert kept() == step_by_step
            assert full.result["changed_pairs"] == 0
