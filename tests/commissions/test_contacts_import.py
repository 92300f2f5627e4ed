"""Backfill: a contact-list export becomes applications; known ones are recognised."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agencyhub.imports.services import commits
from agencyhub.lib.mbi import Mbi
from agencyhub.records.services.undo import undo_batch
from commissions.models import Application
from commissions.services.applications import Told
from commissions.services.applications import receive as receive_told
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import CarrierFactory, PolicyFactory
from tests.imports.helpers import commit, counts, receive

pytestmark = pytest.mark.django_db
MBI = "1EG4TE5MK73"
ROW = {
    "external_id": "HS-1",
    "first_name": "Ana",
    "last_name": "Lopez",
    "date_of_birth": "03/14/1958",
    "mbi": MBI,
    "carrier": "Humana",
    "plan_type": "mapd",
    "plan_name": "Gold Plus",
    "plan_code": "H5216-001",
    "effective_date": "01/01/2027",
    "submitted": "10/15/2026",
    "premium": "$19.50",
    "agent_npn": "1234567",
    "phone": "(515) 555-0100",
}


@pytest.fixture(autouse=True)
def humana(db):
    return CarrierFactory(name="Humana")


def backfill(*rows):
    run = commit(receive(rows, kind="healthsherpa_contacts"))
    commits.follow_up(import_id=run.pk)
    return run


class TestNewRows:
    def test_become_applications_of_source_backfill(self, humana):
        agent = AgentFactory(npn="1234567")
        person = IndividualFactory(mbi=MBI)
        policy = PolicyFactory(subscriber=person, carrier=humana, policy_number="0H-77")

        run = backfill({**ROW, "policy_number": "H77"})

        assert counts(run) == (1, 0, 0, 0)
        row = Application.objects.get()
        assert (row.source, row.line, row.plan_id) == ("backfill", "med_adv", "H5216-001-000")
        assert (row.carrier, row.agent, row.individual, row.policy) == (
            humana, agent, person, policy,
        )  # fmt: skip
        assert row.submitted_at == datetime(2026, 10, 15, 16, tzinfo=UTC)
        assert (row.premium, row.phone, row.mbi_tail) == (Decimal("19.50"), "5155550100", "MK73")
        assert row.told["plan_name"][0] == "backfill"

    def test_are_linked_by_name_and_birth_when_nobody_else_has_them(self):
        person = IndividualFactory(
            first_name="Ana", last_name="López", date_of_birth=date(1958, 3, 14)
        )

        backfill({**ROW, "mbi": ""})

        assert Application.objects.get().individual == person

    def test_without_an_enrollment_are_refused_with_the_reason(self):
        contact = {"first_name": "Eva", "last_name": "Ruiz", "external_id": "HS-2"}

        run = receive([ROW, contact], kind="healthsherpa_contacts")

        assert counts(run) == (1, 0, 0, 1)


class TestKnownRows:
    @pytest.mark.parametrize(
        "blank",
        [{}, {"external_id": ""}, {"external_id": "", "mbi": ""}],
        ids=["by id", "by MBI", "by name and birth"],
    )
    def test_are_recognised(self, humana, blank):
        known = ApplicationFactory.build(
            external_id="HS-1", carrier=humana, last_name="Lopez", phone="", plan_name="As told"
        )
        known.set_mbi(Mbi(MBI, "MK73"))
        known.save()

        run = backfill({**ROW, **blank})

        assert counts(run) == (0, 1, 0, 0)
        known.refresh_from_db()
        assert (known.source, known.plan_name, known.phone) == (
            "healthsherpa", "As told", "5155550100",
        )  # fmt: skip

    def test_are_the_same_the_second_time(self):
        backfill(ROW)

        again = receive([{**ROW, "external_id": ""}], kind="healthsherpa_contacts", name="2.csv")

        assert counts(again)[:2] == (0, 0)
        assert Application.objects.count() == 1

    def test_are_taken_over_by_the_source_itself(self):
        backfill({**ROW, "external_id": ""})
        told = Told(
            source="healthsherpa",
            external_id="HS-1",
            source_updated_at=datetime(2026, 10, 15, tzinfo=UTC),
            mbi=Mbi(MBI, "MK73"),
            plan_id="H5216-001-0",
            plan_name="Gold Plus (HMO)",
            effective_date=date(2027, 1, 1),
        )

        received = receive_told(told=told, at=datetime(2026, 11, 1, tzinfo=UTC))

        assert not received.is_new
        row = Application.objects.get()
        assert (row.source, row.external_id) == ("healthsherpa", "HS-1")
        assert (row.plan_name, row.phone) == ("Gold Plus (HMO)", "5155550100")


class TestUndo:
    def test_takes_the_applications_back(self):
        run = backfill(ROW)

        undo_batch(batch_id=run.batch_id, user=UserFactory(owner=True), at=datetime.now(tz=UTC))

        assert not Application.objects.exists()
