"""A key of somebody who sees a part of the agency never gets a record of another part."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from agencyhub.accounts.models import Role
from agencyhub.api_urls import router
from tests.api.conftest import Script
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.expected import DisputeFactory, DisputePackFactory
from tests.factories.groups import EmployerGroupFactory, GroupPlanFactory
from tests.factories.imports import ImportFactory
from tests.factories.individuals import AddressFactory, IndividualFactory, SalesRecordFactory
from tests.factories.noyo import MappingFactory
from tests.factories.outgoing import EndpointFactory
from tests.factories.policies import PolicyFactory, RiskFactory

pytestmark = pytest.mark.django_db
# Nobody's: everybody with the right to them sees them all.
WHOLE_AGENCY = {"agents", "carriers", "carrier-products"}
VIEWSETS = {prefix: viewset for prefix, viewset, _ in router.registry}
MBI = "1EG4TE5MK73"


def _world(agent: Any, user: Any) -> dict[str, Any]:
    """One record of each kind, all of them of one agent."""
    person = IndividualFactory(
        servicing_agent=agent, mbi=MBI, cell_phone="5155550177", email="one@example.com"
    )
    AddressFactory(individual=person)
    group = EmployerGroupFactory(servicing_agent=agent)
    dispute = DisputeFactory(row__policy__servicing_agent=agent, assigned_to=user)
    return {
        "individuals": person,
        "sales-records": SalesRecordFactory(assigned_agent=agent, mbi=MBI),
        "policies": PolicyFactory(
            subscriber=person, servicing_agent=agent, policy_number=f"00SAME-{agent.pk}"
        ),
        "at-risk": RiskFactory(policy__servicing_agent=agent, deadline="2026-10-31"),
        "applications": ApplicationFactory(agent=agent),
        "book-of-business": BookRowFactory(agent=agent),
        "commission-lines": CommissionLineFactory(agent=agent),
        "expected-pay": dispute.row,
        "disputes": dispute,
        "dispute-packs": DisputePackFactory(disputes=[dispute], made_by=user),
        "groups": group,
        "group-plans": GroupPlanFactory(group=group),
        "eoi-requests": EoiRequestFactory(election__employee__group=group),
        "group-mappings": MappingFactory(group=group),
        "imports": ImportFactory(user=user),
        "webhooks": EndpointFactory(owner=user),
    }


@pytest.fixture
def worlds(settings):
    """What is the caller's and what is not, and the caller: every right, and the own book."""
    settings.API_CALLS_A_MINUTE = 10**9
    rights = [
        f"{one.content_type.app_label}.{one.codename}"
        for one in Permission.objects.select_related("content_type")
        if one.codename != "view_import"
    ]
    user = UserFactory(may=rights, may__reach=Role.Scope.OWN)
    mine = _world(AgentFactory(user=user), user)
    theirs = _world(AgentFactory(), UserFactory())
    return mine, theirs, Script(user)


def _walk(script: Script, path: str) -> set[int]:
    found: set[int] = set()
    while path:
        page = script.get(path)
        if page.status_code == 400:  # a value that is none of the filter's
            return found
        assert page.status_code == 200, (path, page.status_code)
        found |= {one["id"] for one in page.json()["results"]}
        path = page.json()["next"]
    return found


def _queries(viewset: Any, record: Any) -> Iterator[str]:
    """Each filter with whatever could lead to a record."""
    for name, one in viewset.filterset_class.base_filters.items():
        told: Any = record
        for part in (one.field_name or name).split("__"):
            told = getattr(told, part, None)
        values = {"true", "false", "none", str(getattr(told, "pk", told) or "")}
        values |= {str(getattr(told, "label", ""))}
        values |= {"2000-01-01", "2100-01-01", "2000-01-01T00:00:00Z"}
        yield from (f"{name}={value}" for value in sorted(values) if value)


def test_knows_every_collection(worlds):
    assert set(worlds[0]) | WHOLE_AGENCY == set(VIEWSETS)


def test_of_lists_and_filters(worlds):
    mine, theirs, script = worlds
    for prefix, foreign in theirs.items():
        seen = _walk(script, f"{prefix}/")
        assert mine[prefix].pk in seen, prefix
        assert foreign.pk not in seen, prefix
        for query in _queries(VIEWSETS[prefix], foreign):
            assert foreign.pk not in _walk(script, f"{prefix}/?{query}"), (prefix, query)


def test_of_single_records(worlds):
    mine, theirs, script = worlds
    for prefix, foreign in theirs.items():
        path = f"{prefix}/{foreign.pk}/"
        assert script.get(f"{prefix}/{mine[prefix].pk}/").status_code == 200, prefix
        assert script.get(path).status_code == 404, prefix
        assert script.get(path, if_none_match="*").status_code == 404, prefix
        for method in ("patch", "put", "delete"):
            answer = script.call(method, path, {}, if_match="*")
            assert answer.status_code in (404, 405), (prefix, method)
        foreign.refresh_from_db()


@pytest.mark.parametrize(
    ("prefix", "wanted"),
    [
        ("individuals", {"mbi": MBI}),
        ("individuals", {"email": "one@example.com"}),
        ("individuals", {"phone": "(515) 555-0177"}),
        ("individuals", {"last_name": "last_name"}),
        ("sales-records", {"mbi": MBI}),
        ("policies", {"policy_number": "policy_number"}),
        ("applications", {"policy_number": "policy_number"}),
    ],
)
def test_of_searches(worlds, prefix, wanted):
    _mine, theirs, script = worlds
    foreign = theirs[prefix]
    asked = {name: getattr(foreign, value, "") or value for name, value in wanted.items()}

    answer = script.post(f"{prefix}/search/", {name: str(value) for name, value in asked.items()})

    assert answer.status_code == 200, answer.content
    assert foreign.pk not in {one["id"] for one in answer.json()["results"]}


def test_of_what_hangs_on_a_record(worlds):
    _mine, theirs, script = worlds
    run = theirs["imports"]

    assert script.get(f"imports/{run.pk}/rejected/").status_code == 404
    assert script.post(f"imports/{run.pk}/commit/", None).status_code == 404
