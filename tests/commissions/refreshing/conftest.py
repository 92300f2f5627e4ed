"""Refresh as a test runs it, and what is linked afterwards."""

from datetime import UTC, datetime

import pytest

from commissions.models import BookLink, LineLink, MatchRun
from commissions.services import refresh

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def refreshed():
    """Run Refresh and answer the run."""

    def run(*, is_full=False):
        waiting = refresh.request(is_full=is_full)
        return refresh.run(run_id=waiting.pk, at=NOW)

    return run


@pytest.fixture
def pairs():
    """All pairs of a kind as they are kept, for comparing one state with another."""

    def kept():
        books = BookLink.objects.values_list(
            "application", "book_row", "state", "method", "score", "reasons"
        )
        lines = LineLink.objects.values_list(
            "application", "line", "state", "method", "score", "reasons"
        )
        return [sorted(books), sorted(lines)]

    return kept


@pytest.fixture
def runs():
    return MatchRun.objects.order_by("pk")
