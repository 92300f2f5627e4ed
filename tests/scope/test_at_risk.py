"""The law of scope for risks: who sees a policy sees that it is at risk; nobody else."""

import hypothesis
import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import strategies as st

from agencyhub.records.lists import bulk, export
from policies.models import Risk
from tests.scope import world
from tests.scope.test_same_rows import people
from tests.scope.world import Reader

pytestmark = [pytest.mark.load, pytest.mark.django_db]
RIGHTS = ("view_risk", "change_risk")
SAMPLED = 3
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
    """An open risk of each policy, and one that passed."""
    settings.API_CALLS_A_MINUTE = 1_000_000
    made = world.build()
    made.user.user_permissions.add(*Permission.objects.filter(codename__in=RIGHTS))
    at = timezone.now()
    usual = {"kind": "past_due", "severity": 3, "opened_at": at, "reasons": [{"code": "past_due"}]}
    closed = {"closed_at": at, "outcome": "passed"}
    Risk.objects.bulk_create(
        Risk(policy_id=pk, **usual, **more) for pk in made.rows["policy"] for more in (closed, {})
    )
    return made


@QUICK
@given(reader=people, seed=st.integers(0, 2**32))
@example(reader=Reader(frozenset(), 0, frozenset({1})), seed=1)
@example(reader=Reader(frozenset({"own"}), 3, frozenset({0})), seed=2)
@example(reader=Reader(frozenset({"own", "own_and_unassigned"}), 1, frozenset()), seed=4)
@example(reader=Reader(frozenset(), None, frozenset(), is_superuser=True), seed=5)
def test_every_door_shows_the_risks_of_the_policies_in_reach(agency, reader, seed):
    agency.deal(seed)
    user = agency.enter(reader)
    client = Client()
    client.force_login(user)
    lawful = agency.visible(reader, "policy")
    policy_of = dict(Risk.objects.values_list("pk", "policy_id"))
    is_open = set(Risk.objects.open().values_list("pk", flat=True))
    mine = {pk for pk, policy in policy_of.items() if policy in lawful}

    assert board_pages(client) == mine & is_open
    assert api_pages(client) == mine
    assert api_pages(client, "&open=true") == mine & is_open
    assert set(export.pks("risks", user=user, filters={})) == mine & is_open
    rows = bulk.selected("risks", user=user, filters={})
    assert set(rows.values_list("pk", flat=True)) == mine & is_open
    for pk in sorted(policy_of)[:: len(policy_of) // SAMPLED]:
        status = 200 if pk in mine else 404
        assert client.get(f"/api/v1/at-risk/{pk}/").status_code == status
        refused = client.patch(f"/api/v1/at-risk/{pk}/", "{}", content_type="application/json")
        assert refused.status_code == (428 if pk in mine else 404)


def board_pages(client):
    """The board, page by page."""
    seen, url = [], "/at-risk/"
    while url:
        context = client.get(url).context
        seen += [one.pk for one in context["items"]]
        url = context["next_url"]
    assert len(seen) == len(set(seen)), "a row stands on two pages"
    return set(seen)


def api_pages(client, query=""):
    """The collection of the API, cursor by cursor."""
    seen, url = [], f"/api/v1/at-risk/?page_size=20{query}"
    while url:
        page = client.get(url).json()
        seen += [one["id"] for one in page["results"]]
        url = page["next"]
    assert len(seen) == len(set(seen)), "a row stands on two pages"
    return set(seen)
