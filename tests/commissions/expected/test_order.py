"""The lists of pay begin with what somebody can act on; what a carrier takes by itself is last."""

from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse

from agencyhub.lib import keyset
from agencyhub.records.lists import state as lists
from agencyhub.records.lists.models import SavedView
from commissions.expected import states
from commissions.lists.disputes import PAY_QUEUE
from commissions.lists.expected import EXPECTED
from commissions.models import ExpectedPay
from tests.factories.accounts import UserFactory
from tests.factories.expected import ExpectedPayFactory

pytestmark = pytest.mark.django_db
KINDS = [EXPECTED, PAY_QUEUE]
# Every state that is open, in the order of the list, with the dollars that would turn it round.
OPEN = [
    ("late_90", 10),
    ("chargeback_unexpected", 9),
    ("short", 8),
    ("late_60", 7),
    ("late_30", 6),
    ("over", 500),
    ("no_rate", 0),
    ("chargeback_expected", 900),
]


@pytest.fixture
def user():
    return UserFactory(owner=True)


@pytest.fixture
def rows():
    """One row of each open state, stored in the order of dollars."""
    by_dollars = sorted(OPEN, key=lambda one: -one[1])
    made = {state: ExpectedPayFactory(state=state, gap=gap) for state, gap in by_dollars}
    return [made[state].pk for state, _ in OPEN]


def listed(kind, user, query: str = "", **place: int) -> keyset.KeysetPage:
    asked = lists.read(kind, QueryDict(query), user=user)
    return keyset.page(
        asked.rows, order=asked.order, params=place, size=3, among=kind.visible(user)
    )


def walked(kind, user, query: str = "") -> list[int]:
    """Every row by paging forward to the end; paging back has to show the same."""
    pages = [listed(kind, user, query)]
    while pages[-1].after:
        pages.append(listed(kind, user, query, after=pages[-1].after))
    back = [pages[-1]]
    while back[0].before:
        back.insert(0, listed(kind, user, query, before=back[0].before))
    found = [[row.pk for row in page] for page in pages]
    assert [[row.pk for row in page] for page in back] == found
    return [pk for page in found for pk in page]


class TestRanks:
    def test_know_every_open_state_once(self):
        ranked = [state for rank in states.RANKS for state in rank]

        assert sorted(ranked) == sorted(states.OPEN)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
class TestOrder:
    def test_begins_with_what_is_owed_and_ends_with_expected_chargebacks(self, kind, user, rows):
        assert walked(kind, user) == rows

    def test_turns_round(self, kind, user, rows):
        assert walked(kind, user, "sort=-act") == rows[::-1]

    def test_is_by_dollars_alone_on_request(self, kind, user, rows):
        found = walked(kind, user, "sort=dollars")

        gaps = dict(ExpectedPay.objects.values_list("pk", "gap"))
        assert [gaps[pk] for pk in found] == sorted(gaps.values(), reverse=True)

    def test_puts_the_older_of_equal_dollars_first(self, kind, user):
        young = ExpectedPayFactory(state="late_30", gap=90, due_date=date(2026, 11, 1))
        old = ExpectedPayFactory(state="late_90", gap=90, due_date=date(2026, 9, 1))

        assert walked(kind, user) == [old.pk, young.pk]

    def test_of_a_view_that_was_saved_by_dollars_stays(self, kind, user, rows):
        view = SavedView.objects.create(
            list_key=kind.key, owner=user, name="Mine", sort="dollars", filters={}
        )

        assert walked(kind, user, f"view={view.pk}") == walked(kind, user, "sort=dollars")

    def test_is_served_by_an_index(self, kind, user, rows):
        asked = lists.read(kind, QueryDict(""), user=user)
        ordered = asked.rows.order_by("rank", "-gap", "due_date", "pk")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")

        plan = ordered[:50].explain()

        assert "expected_pay_by_rank" in plan
        assert "Sort Key" not in plan

    def test_is_said_on_the_page(self, kind, user, client, rows):
        client.force_login(user)

        answer = client.get(reverse(kind.url_name))

        assert "Expected chargebacks come last" in answer.text
        assert '<option value="act" selected>Recoverable first</option>' in answer.text


class TestEverything:
    def test_puts_what_nobody_acts_on_behind(self, user, rows):
        paid = ExpectedPayFactory(state="paid", gap=0, is_open=False, due_date=date(2020, 1, 1))

        assert walked(EXPECTED, user, "show=all") == [*rows, paid.pk]
