"""Missing pay among today's work: as many as the page that it leads to, for who works on it."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from agencyhub.home.desk import queues
from agencyhub.records.lists import selection
from commissions.expected import disputes
from commissions.models import Dispute, ExpectedPay
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.expected import DisputeFactory, ExpectedPayFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
KEY = "missing-pay"


def line(client):
    found = client.get("/dashboard/work/", **HTMX).context["lines"]
    return {one.queue.key: one for one in found}.get(KEY)


def everything_that_can_be_done(policy=None):
    """Two months to act on, and one of each kind that is not."""
    of = {"policy": policy} if policy else {}
    more = {f"row__{name}": value for name, value in of.items()}
    now = timezone.now()
    ExpectedPayFactory(**of)
    DisputeFactory(row__month="2026-09-01", state=disputes.IN_RECONCILIATION, state_at=now, **more)
    DisputeFactory(row__month="2026-08-01", state=disputes.DENIED, state_at=now, **more)
    DisputeFactory(
        row__month="2026-07-01", snoozed_until=timezone.localdate() + timedelta(days=9),
        snooze_reason="Waits for the carrier", state_at=now, **more,
    )  # fmt: skip
    ExpectedPayFactory(month="2026-06-01", state="paid", is_open=False, gap=0, **of)


def test_counts_what_the_page_counts_and_shows(client):
    everything_that_can_be_done()
    client.force_login(UserFactory(owner=True))

    found = line(client)
    page = client.get(found.queue.url)

    assert found.words == "2 left, 2 done today"
    assert (page.context["number"], len(page.context["items"])) == (2, 2)


def test_counts_only_what_the_reader_reaches(client):
    role = RoleFactory(permissions=["commissions.view_dispute"])
    user = UserFactory(roles=[role])
    mine = ExpectedPayFactory(
        month="2026-05-01", policy__servicing_agent=AgentFactory(user=user)
    ).policy
    everything_that_can_be_done(mine)
    everything_that_can_be_done()
    client.force_login(user)

    found = line(client)
    page = client.get(found.queue.url)

    assert found.words == "3 left, 2 done today"
    assert page.context["number"] == 3
    assert {one.pay.policy_id for one in page.context["items"]} == {mine.pk}


def test_is_hidden_from_who_may_not_see_missing_pay(client):
    ExpectedPayFactory()
    client.force_login(UserFactory(may=["policies.view_risk", "commissions.view_expectedpay"]))

    assert line(client) is None
    assert "/missing-pay/" not in client.get("/?whole=1").content.decode()


def test_what_was_done_before_today_was_not_done_today(client):
    yesterday = timezone.now() - timedelta(days=1)
    one = DisputeFactory(state=disputes.IN_RECONCILIATION, state_at=yesterday)
    client.force_login(UserFactory(owner=True))
    assert line(client).done == "0"

    Dispute.objects.filter(pk=one.pk).update(state=disputes.DENIED, state_at=timezone.now())
    assert line(client).done == "1"


def test_says_many_where_counting_takes_too_long_and_does_not_try_again_at_once(
    client, monkeypatch
):
    user = UserFactory(owner=True)
    client.force_login(user)
    asked = []
    counted = selection.count

    def count(rows):
        if rows.model is not ExpectedPay:
            return counted(rows)
        asked.append(rows)
        return None

    monkeypatch.setattr(selection, "count", count)

    assert [line(client).words for _turn in range(2)] == ["many left, 0 done today"] * 2
    assert len(asked) == 1
    assert line(client).tone == "warning"


def test_costs_the_same_for_many_rows(client, django_assert_max_num_queries):
    user = UserFactory(owner=True)
    queue = next(one for one in queues.QUEUES if one.key == KEY)
    for at in range(12):
        DisputeFactory(row__month=f"2026-{at % 9 + 1:02}-01")
    cache.clear()

    with django_assert_max_num_queries(9):
        assert queue.waits(user, timezone.now()).number == 12
        queue.done(user, timezone.now())
