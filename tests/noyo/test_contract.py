"""Every request to Noyo and every answer that is read, held against its published contract.

What the guide's samples say otherwise is named in ``test_wire``.
"""

import json

import pytest
from django.utils import timezone

from integrations.http import Client
from integrations.noyo.models import CarrierCoverage, NoyoCarrier, NoyoGroup, NoyoMember
from integrations.noyo.services import connecting, reading, runs
from sandbox.noyo import samples, scenarios
from tests.factories.accounts import UserFactory
from tests.factories.groups import EmployerGroupFactory
from tests.factories.noyo import MappingFactory
from tests.noyo.contract import needs_the_contract, validate_request, validate_response

FAMILY = {
    "number": "E1",
    "first_name": "James",
    "last_name": "Barlow",
    "date_of_birth": "1980-03-07",
    "sex": "M",
    "ssn": "666120001",
    "hire_date": "2019-04-15",
    "salary": 52_000,
    "coverages": [{"line": "dental", "code": "DENTAL-1000", "start": "2026-01-01"}],
    "dependents": [
        {
            "number": "D1",
            "relationship": "spouse",
            "first_name": "Ruth",
            "last_name": "Barlow",
            "date_of_birth": "1982-01-09",
            "sex": "F",
        }
    ],
}


def as_published(path, told):
    """An answer without what Noyo's own texts say otherwise than its schema: in its samples
    configurations have neither id nor version, and the guide's plans no envelope; before its first
    look at a group it names no carriers."""
    if path.endswith("/carrier_configurations"):
        return [{"id": samples.GUIDE, "version": samples.GUIDE} | one for one in told]
    if path.endswith("/plans") and isinstance(told, list):
        return {"meta": {"offset": 0, "page_num": 1, "page_size": 100}, "response": told}
    if path.endswith("/audit_requests/latest") and told["carrier_ids"] == []:
        return told | {"carrier_ids": [samples.GUARDIAN]}
    return told


@pytest.fixture
def seen(monkeypatch):
    """Checks each call, and lists them."""
    calls, real = [], Client.call

    def checked(self, method, path, *, body=None, query=None, **more):
        answer = real(self, method, path, body=body, query=query, **more)
        if path.startswith("/api/v1"):
            api = "tracking" if self.base_url.endswith("tracking") else "fulfillment"
            calls.append((method, path))
            validate_request(api, method, path, dict(query or {}), body)
            told = json.loads(answer.body) if answer.body else None
            validate_response(api, method, path, answer.status, as_published(path, told))
        return answer

    monkeypatch.setattr(Client, "call", checked)
    return calls


@needs_the_contract
@pytest.mark.usefixtures("account")
def test_all_that_is_asked_and_read(seen, fake):
    reading_of_all()
    person = UserFactory(is_superuser=True)
    group = EmployerGroupFactory(federal_ein="123456789")
    carrier = NoyoCarrier.objects.get(noyo_id=samples.GUARDIAN)
    at = timezone.now()
    connection = connecting.ask(group=group, carrier=carrier, number="N1", user=person, at=at)
    connecting.ask_again(connection=connection, number="N2", user=person, at=at)
    connecting.ask(group=group, carrier=carrier, number="N3", user=person, at=at)
    reading.read_connection_again(noyo_id=connection.noyo_id, at=at)

    assert {method for method, _ in seen} == {"GET", "POST", "PUT"}
    assert any(path.endswith("/group_connections") for _, path in seen)
    assert any(path.endswith("/mapped_fields") for _, path in seen)
    assert any(path.endswith("/audit_requests/latest") for _, path in seen)


def reading_of_all():
    run = runs.start_run(user=None, at=timezone.now())
    run = reading.work(run_id=run.pk, seconds=float("inf"))
    assert (run.state, run.error) == ("done", "")
    return run


@pytest.mark.usefixtures("account")
class TestPeople:
    @pytest.fixture
    def group(self, fake):
        fake.wish("load_census", groups=[{"ein": "000040211", "employees": [FAMILY]}])
        reading_of_all()
        group = NoyoGroup.objects.get(noyo_id=scenarios.LARGE.id)
        group.group = EmployerGroupFactory(federal_ein=group.federal_ein)
        group.save()
        MappingFactory(noyo_group=group)
        return group

    @needs_the_contract
    def test_members_and_what_they_have(self, group, seen):
        reading_of_all()

        employees = NoyoMember.objects.filter(noyo_group=group, kind="employee")
        assert employees.filter(dependents__relationship="spouse").count() == 1
        coverage = CarrierCoverage.objects.filter(member__noyo_group=group).first()
        assert coverage.carrier_plan.noyo_group == group
        assert any(path.endswith("/dependents") for _, path in seen)
        assert any(path.endswith("/differences") for _, path in seen)

    def test_families_that_stay_as_they_are_are_left_alone(self, group, fake, monkeypatch):
        monkeypatch.setattr("integrations.noyo.services.people.NIGHTS", 10**9)
        reading_of_all()
        fake.control(forget_calls=True)

        reading_of_all()

        assert not [what for what in fake.calls() if "dependents" in what]
        assert NoyoMember.objects.filter(kind="dependent", gone_at=None).exists()

    def test_who_is_named_no_more_is_gone(self, group, fake):
        reading_of_all()
        fake.wish("load_census", groups=[{"ein": "000040211", "employees": [
            FAMILY | {"number": "E2", "last_name": "Quist", "ssn": "666120002", "dependents": []}
        ]}])  # fmt: skip

        reading_of_all()

        here = NoyoMember.objects.filter(noyo_group=group)
        assert not here.filter(last_name="Barlow", gone_at=None).exists()
        assert here.filter(last_name="Quist", gone_at=None).count() == 1
        assert not CarrierCoverage.objects.filter(member__last_name="Barlow", gone_at=None).exists()
