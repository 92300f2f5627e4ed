"""EOI requests over the REST API."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from eoi.models import EoiRequest
from tests.api.conftest import Script
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import DependentFactory, EmployeeFactory

pytestmark = pytest.mark.django_db
EOI = "eoi-requests/"


@pytest.fixture
def script():
    return Script(UserFactory(owner=True))


class TestEoiRequests:
    def test_say_what_waits_and_for_whom_without_saying_who_it_is(self, script):
        employee = EmployeeFactory(ssn="123-00-0000")
        asked = EoiRequestFactory(election__employee=employee)

        shown = script.get(f"{EOI}{asked.pk}/")

        told = shown.json()
        assert told["page"] == reverse("eoi:request_detail", args=[asked.pk])
        assert (told["volume"], told["requested_volume"], told["waiting_volume"]) == (
            "100000.00", "150000.00", "50000.00",
        )  # fmt: skip
        assert (told["subscriber_id"], told["benefit_lookup_code"], told["status"]) == (
            employee.external_id, "subscriber_life", "pending",
        )  # fmt: skip
        assert (told["dependent"], told["decisions"], told["closed_at"]) == (None, [], None)
        assert b"123000000" not in shown.content
        assert b"Lopez" not in shown.content

    def test_cost_the_same_whatever_is_on_them(self, script, django_assert_max_num_queries):
        for _ in range(3):
            employee = EmployeeFactory()
            EoiRequestFactory(
                election__employee=employee, election__dependent=DependentFactory(employee=employee)
            )
        with django_assert_max_num_queries(8):
            assert len(script.get(EOI).json()["results"]) == 3

    @pytest.mark.parametrize(
        ("query", "found"),
        [("open=true", 0), ("open=false", 1), ("status=denied", 1), ("form_status=complete", 0),
         ("opened_from=2026-11-01", 1), ("closed_since=2026-11-20T00:00:00Z", 1)],
    )  # fmt: skip
    def test_are_filtered(self, script, query, found):
        kept = EoiRequestFactory()
        EoiRequest.objects.filter(pk=kept.pk).update(
            requested_volume=Decimal("150000.00"), form_status="complete"
        )
        closed = EoiRequestFactory(
            status="denied",
            closed_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
            opened_date="2026-11-02",
        )

        results = script.get(f"{EOI}?{query}").json()["results"]

        assert [one["id"] for one in results] == [(kept.pk, closed.pk)[found]]

    def test_are_those_of_the_groups_within_reach(self):
        user = UserFactory(may=["eoi.view_eoirequest"], may__reach=Role.Scope.OWN)
        own = EoiRequestFactory(election__employee__group__servicing_agent=AgentFactory(user=user))
        others = EoiRequestFactory()
        script = Script(user)

        assert [one["id"] for one in script.get(EOI).json()["results"]] == [own.pk]
        assert script.get(f"{EOI}{others.pk}/").status_code == 404

    def test_are_only_read(self, script):
        assert script.post(EOI, {}).status_code == 405
