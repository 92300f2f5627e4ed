"""Employer groups and group plans over the API."""

import pytest

from groups.models import EmployerGroup, GroupPlan
from tests.api.conftest import errors_of
from tests.factories.groups import BenefitFactory, EmployerGroupFactory, GuaranteedIssueFactory
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db


def test_groups_are_created_and_changed_by_the_rules_of_the_screen(script):
    body = {"name": "Prairie Millworks", "status": "active", "external_id": "G-1"}

    created = script.post("groups/", body)

    assert created.status_code == 201, created.content
    group = EmployerGroup.objects.get()
    changed = script.change(f"groups/{group.pk}/", {"renewal_date": "2027-01-01"})
    assert changed.json()["renewal_date"] == "2027-01-01"
    twin = script.post("groups/", body)
    assert (twin.status_code, set(errors_of(twin))) == (409, {"external_id"})


def test_plans_are_created_within_a_group_and_tell_what_they_grant(script):
    benefit = BenefitFactory()
    body = {
        "group": benefit.group_id, "benefit": benefit.pk, "carrier": CarrierFactory().pk,
        "name": "Life 500", "effective_date": "2026-01-01", "maximum_volume": "500000.00",
    }  # fmt: skip

    created = script.post("group-plans/", body)

    assert created.status_code == 201, created.content
    GuaranteedIssueFactory(plan=GroupPlan.objects.get())
    found = script.get(f"group-plans/?group={benefit.group_id}").json()["results"]
    assert found[0]["guaranteed_issues"] == [
        {"from_age": 0, "volume": "100000.00", "multiple": None}
    ]
    elsewhere = script.post("group-plans/", {**body, "group": EmployerGroupFactory().pk})
    assert elsewhere.status_code == 422
