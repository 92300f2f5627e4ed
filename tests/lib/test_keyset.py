"""Keyset paging."""

import pytest

from agencyhub.accounts.models import Agent
from agencyhub.lib import keyset
from agencyhub.lib.keyset import Key
from tests.factories.accounts import AgentFactory

pytestmark = pytest.mark.django_db
BY_NAME = (Key("last_name"), Key("pk"))
NEWEST = (Key("pk", descending=True),)


@pytest.fixture
def agents() -> None:
    for name in ["Bell", "Adams", "Cole", "Adams", "Dale", "Bell", "Adams"]:
        AgentFactory(last_name=name)


def _walk(order, direction: str, start: dict[str, int] | None = None) -> list[list[int]]:
    pages, params = [], start or {}
    while True:
        page = keyset.page(Agent.objects.all(), order=order, params=params, size=3)
        pages.append([row.pk for row in page])
        on = page.after if direction == "after" else page.before
        if on is None:
            return pages
        params = {direction: str(on)}


class TestPage:
    @pytest.mark.parametrize("order", [BY_NAME, NEWEST])
    def test_walks_forward_over_every_row_once(self, agents, order):
        names = [f"{'-' if key.descending else ''}{key.name}" for key in order]

        found = [pk for page in _walk(order, "after") for pk in page]

        assert found == list(Agent.objects.order_by(*names).values_list("pk", flat=True))

    @pytest.mark.parametrize("order", [BY_NAME, NEWEST])
    def test_walks_back_over_the_same_rows(self, agents, order):
        forward = _walk(order, "after")

        back = _walk(order, "before", {"before": str(forward[-1][0])})

        assert [pk for page in reversed(back) for pk in page] == [
            pk for page in forward[:-1] for pk in page
        ]

    def test_says_where_the_ends_are(self, agents):
        first = keyset.page(Agent.objects.all(), order=BY_NAME, params={}, size=3)
        last = keyset.page(
            Agent.objects.all(), order=BY_NAME, params={"after": str(first.rows[-1].pk)}, size=4
        )

        assert first.before is None
        assert first.after == first.rows[-1].pk
        assert last.before == last.rows[0].pk
        assert last.after is None

    @pytest.mark.parametrize("value", ["", "x", "-1", "999999", "1; DROP", "²", "9" * 5_000])
    def test_gives_the_first_page_for_a_row_that_is_not_there(self, agents, value):
        page = keyset.page(Agent.objects.all(), order=BY_NAME, params={"after": value}, size=3)

        assert page.before is None
        assert len(page) == 3

    def test_goes_on_after_a_row_that_left_the_list(self, agents):
        gone = Agent.objects.order_by("pk")[2]
        rows = Agent.objects.exclude(pk=gone.pk)

        page = keyset.page(rows, order=NEWEST, params={"after": str(gone.pk)}, size=3)

        assert [row.pk for row in page] == [gone.pk - 1, gone.pk - 2]

    def test_goes_on_only_after_a_row_among_those_that_the_user_sees(self, agents):
        seen = Agent.objects.exclude(last_name="Cole")
        hidden = Agent.objects.get(last_name="Cole")

        page = keyset.page(
            seen, order=BY_NAME, params={"after": str(hidden.pk)}, size=3, among=seen
        )

        assert page.before is None
        assert [row.last_name for row in page] == ["Adams"] * 3

    def test_costs_two_queries_on_any_page(self, agents, django_assert_num_queries):
        pk = Agent.objects.order_by("last_name", "pk")[3].pk

        with django_assert_num_queries(2):
            keyset.page(Agent.objects.all(), order=BY_NAME, params={"after": str(pk)}, size=3)
