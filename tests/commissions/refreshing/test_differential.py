"""A run over what changed leaves exactly what a run over everything would."""

import pytest

from commissions.models import Application, LineLink, LineRival
from tests.commissions.refreshing.confusion import TABLES, Town, kept
from tests.factories.commissions import (
    ApplicationFactory,
    BookRowFactory,
    CommissionLineFactory,
)
from tests.factories.policies import CarrierFactory

pytestmark = [pytest.mark.load, pytest.mark.django_db]


class TestRefresh:
    @pytest.mark.parametrize("seed", range(4))
    def test_keeps_after_changes_what_comparing_everything_finds(self, refreshed, seed):
        town = Town(seed)
        for model, count in zip(TABLES, (12, 16, 24), strict=True):
            town.add(model, count)
        refreshed(is_full=True)
        for _ in range(4):
            town.change(town.random.randrange(1, 4))
            refreshed()
            step_by_step = kept()

            full = refreshed(is_full=True)

            assert kept() == step_by_step
            assert full.result["changed_pairs"] == 0

    def test_lets_suggested_rows_claim_lines_that_their_application_gives_up(self, refreshed):
        """What the application says of its plan is no news to rows that say nothing of theirs."""
        ApplicationFactory.create_batch(20)  # so many that one change is no reason for a full run
        told = {"carrier": CarrierFactory(), "last_name": "Quintero"}
        application = ApplicationFactory(**told, plan_id="H5216-001-000")
        rows = BookRowFactory.create_batch(2, **told, plan_id="")
        line = CommissionLineFactory(**told, plan_id="H5216-001-000")
        refreshed(is_full=True)
        assert LineLink.objects.get().application_id == application.pk
        assert not LineRival.objects.exists()

        Application.objects.filter(pk=application.pk).update(plan_id="H5216-002-000")
        refreshed()

        claims = LineRival.objects.filter(line=line).values_list("party", flat=True)
        assert set(claims) == {-row.pk for row in rows}
        step_by_step = kept()
        refreshed(is_full=True)
        assert kept() == step_by_step
