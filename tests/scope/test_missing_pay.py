"""The law of scope for pay: who sees a policy sees its months, disputes and packs; nobody else."""

import hypothesis
import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import strategies as st

from agencyhub.home.desk import queues
from agencyhub.records.lists import bulk, export
from commissions.models import Dispute, DisputePack, ExpectedPay
from policies.models import Policy
from tests.factories.expected import DisputePackFactory
from tests.scope import world
from tests.scope.test_same_rows import people
from tests.scope.world import Reader

pytestmark = [pytest.mark.load, pytest.mark.django_db]
RIGHTS = ("view_dispute", "view_expectedpay")
PACKED = 9
"""Disputes of each pack."""
QUICK = hypothesis.settings(
    max_examples=1,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def agency(settings):
    """A month that is missing, and its dispute, of each policy; packs of some of them each."""
    settings.API_CALLS_A_MINUTE = 1_000_000
    made = world.build()
    made.user.user_permissions.add(*Permission.objects.filter(codename__in=RIGHTS))
    at = timezone.now()
    policies = Policy.objects.in_bulk(made.rows["policy"])
    months = ExpectedPay.objects.bulk_create(
        ExpectedPay(
            policy_id=pk, carrier_id=policies[pk].carrier_id, line="med_adv", month="2026-05-01",
            through="2026-05-01", kind="renewal", expected=20, paid=0, state="late_90",
            due_date="2026-06-15", gap=20, is_open=True,
        )
        for pk in made.rows["policy"]
    )  # fmt: skip
    disputes = Dispute.objects.bulk_create(
        Dispute(row=one, policy_id=one.policy_id, month=one.month, kind=one.kind, state_at=at)
        for one in months
    )
    carrier = next(iter(policies.values())).carrier
    for start in range(0, len(disputes), PACKED):
        DisputePackFactory(carrier=carrier, disputes=disputes[start : start + PACKED])
    return made


@QUICK
@given(reader=people, seed=st.integers(0, 2**32))
@example(reader=Reader(frozenset(), 0, frozenset({1})), seed=1)
@example(reader=Reader(frozenset({"own"}), 3, frozenset({0})), seed=2)
@example(reader=Reader(frozenset({"own", "own_and_unassigned"}), 1, frozenset()), seed=4)
@example(reader=Reader(frozenset(), None, frozenset(), is_superuser=True), seed=5)
def test_every_door_shows_what_belongs_to_the_policies_in_reach(agency, reader, seed):
    agency.deal(seed)
    user = agency.enter(reader)
    client = Client()
    client.force_login(user)
    lawful = agency.visible(reader, "policy")
    months = dict(ExpectedPay.objects.values_list("pk", "policy_id"))
    disputes = dict(Dispute.objects.values_list("pk", "policy_id"))

    assert {months[pk] for pk in queue_pages(client)} == lawful
    assert {months[pk] for pk in api(client, "expected-pay")} == lawful
    assert {disputes[pk] for pk in api(client, "disputes")} == lawful
    for key in ("pay_queue", "expected_pay"):
        assert {months[pk] for pk in export.pks(key, user=user, filters={})} == lawful
        rows = bulk.selected(key, user=user, filters={})
        assert {months[pk] for pk in rows.values_list("pk", flat=True)} == lawful
    (line,) = [one for one in queues.QUEUES if one.key == "missing-pay"]
    assert line.waits(user, timezone.now()).number == len(lawful)
    seen = {
        pack.pk: pack.disputes.filter(policy__in=lawful).count()
        for pack in DisputePack.objects.all()
    }
    assert {pk: one["months"] for pk, one in api(client, "dispute-packs").items()} == {
        pk: number for pk, number in seen.items() if number
    }
    for pk, policy in list(disputes.items())[:: world.SIZE // 3]:
        status = client.get(f"/api/v1/disputes/{pk}/").status_code
        assert status == (200 if policy in lawful else 404)


def queue_pages(client):
    """The queue, page by page."""
    seen, url = [], "/missing-pay/?show=open"
    while url:
        context = client.get(url).context
        seen += [one.pay.pk for one in context["items"]]
        url = context["next_url"]
    assert len(seen) == len(set(seen)), "a row stands on two pages"
    return seen


def api(client, collection):
    """A collection of the API, cursor by cursor."""
    seen, url = {}, f"/api/v1/{collection}/?page_size=20"
    while url:
        page = client.get(url).json()
        seen |= {one["id"]: one for one in page["results"]}
        url = page["next"]
    return seen
