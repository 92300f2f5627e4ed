"""What receiving an application does: what wins, what is found, what stays."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, transaction

from agencyhub.lib.mbi import Mbi
from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.services.undo import undo_batch
from agencyhub.records.unknown import UnknownValue
from commissions.lines import read_line
from commissions.models import Application
from commissions.services import filling
from commissions.services.applications import RiderTold, Told, look_up_again, receive
from individuals.models import Individual
from individuals.services import merges
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import CarrierAliasFactory, CarrierFactory, PolicyFactory

AT = datetime(2026, 10, 15, 15, 30, tzinfo=UTC)
MBI = Mbi("1EG4TE5MK73", "MK73")
TOLD = Told(
    source="healthsherpa",
    external_id="A-1",
    source_updated_at=AT,
    carrier_name="Humana",
    agent_npn="0001000001",
    first_name=" Ana ",
    last_name="Lopez",
    date_of_birth=date(1958, 3, 14),
    phone="(515) 555-0100",
    zip_code="50010 ",
    state="iowa",
    plan_type="mapd hmo",
    plan_id="H5216-001-0",
    effective_date=date(2027, 1, 1),
    premium=Decimal("19.5"),
)


def later(told, *, minutes=1, **more):
    return replace(told, source_updated_at=AT + timedelta(minutes=minutes), **more)


@pytest.mark.django_db
class TestReceive:
    def test_normalises(self):
        carrier = CarrierFactory(name="HUMANA")
        agent = AgentFactory(npn="1000001")

        received = receive(told=TOLD, at=AT)

        row = Application.objects.get(pk=received.application_id)
        assert received.is_new
        assert (row.carrier, row.agent, row.line) == (carrier, agent, "med_adv")
        assert (row.first_name, row.phone, row.zip_code, row.state, row.plan_id) == (
            "Ana", "5155550100", "50010", "IA", "H5216-001-000",
        )  # fmt: skip

    def test_changes_nothing_when_it_is_repeated(self):
        receive(told=TOLD, at=AT)
        before = Application.objects.values().get()

        again = receive(told=TOLD, at=AT + timedelta(days=1))

        assert not again.changed
        assert Application.objects.values().get() == before

    def test_lets_no_older_update_win_and_says_so(self):
        receive(told=later(TOLD, plan_name="New"), at=AT)

        older = receive(told=replace(TOLD, plan_name="Old", city="Ames"), at=AT)

        row = Application.objects.get()
        assert (row.plan_name, row.city) == ("New", "Ames")
        assert older.reasons[0] == "An older update than the last one: only added city"

    def test_is_not_blanked_by_what_is_left_out(self):
        receive(told=replace(TOLD, mbi=MBI), at=AT)

        blank = Told(source="healthsherpa", external_id="A-1", phone=" ")
        receive(told=later(blank, mbi=Mbi("", "MK73")), at=AT)

        row = Application.objects.get()
        assert (row.phone, row.first_name) == ("5155550100", "Ana")
        assert row.mbi.reveal() == MBI.full

    def test_says_what_it_could_not_read(self):
        received = receive(told=replace(TOLD, phone="12", plan_name="x" * 201), at=AT)

        assert received.reasons[1] == "Could not be read: phone, plan name"
        assert Application.objects.get().phone == ""

    def test_leaves_what_a_person_filled(self):
        row = Application.objects.get(pk=receive(told=TOLD, at=AT).application_id)
        user = UserFactory()
        chosen = CarrierFactory(name="Aetna")
        for field, value in (("city", "Ames"), ("carrier", chosen.pk)):
            filling.fill(application_id=row.pk, field=field, value=value, user=user, at=AT)
        CarrierFactory(name="Humana")

        receive(told=later(TOLD, city="Boone", carrier_name="Humana"), at=AT)

        row.refresh_from_db()
        assert (row.city, row.carrier) == ("Ames", chosen)

    def test_asks_about_a_carrier_that_nobody_knows(self):
        receive(told=TOLD, at=AT)

        row, asked = Application.objects.get(), UnknownValue.objects.get()
        assert (row.carrier, row.carrier_name) == (None, "Humana")
        assert (asked.kind, asked.text) == ("carrier", "Humana")
        carrier = CarrierFactory(name="Humana Inc")
        CarrierAliasFactory(carrier=carrier, name="Humana")
        assert look_up_again(application_id=row.pk)
        row.refresh_from_db()
        assert row.carrier == carrier
        assert not look_up_again(application_id=row.pk)

    def test_replaces_riders(self):
        receive(told=replace(TOLD, riders=(RiderTold("Dental"), RiderTold("Vision"))), at=AT)

        receive(told=later(TOLD, riders=(RiderTold("Dental", premium=Decimal(9)),)), at=AT)

        riders = Application.objects.get().riders.values_list("plan_name", "premium")
        assert list(riders) == [("Dental", Decimal("9.00"))]

    def test_knows_individual_and_policy_only_for_sure(self):
        person = IndividualFactory(
            first_name="Ana", last_name="Lopez", date_of_birth=date(1958, 3, 14)
        )
        policy = PolicyFactory(subscriber=person, carrier__name="Humana", policy_number="0-CN-7")

        receive(told=replace(TOLD, confirmation_number="CN7"), at=AT)

        row = Application.objects.get()
        assert (row.individual, row.policy) == (person, policy)
        IndividualFactory(first_name="Ana", last_name="Lopez", date_of_birth=date(1958, 3, 14))
        twin = receive(told=replace(TOLD, external_id="A-2"), at=AT)
        assert Application.objects.get(pk=twin.application_id).individual is None

    def test_links_nobody_with_another_mbi(self):
        born = date(1958, 3, 14)
        IndividualFactory(
            first_name="Ana", last_name="Lopez", date_of_birth=born, mbi="2AC5DE6FG89"
        )

        receive(told=replace(TOLD, mbi=MBI), at=AT)

        assert Application.objects.get().individual is None

    def test_is_undone_with_its_batch(self):
        with history.batch(user=None, channel=Batch.Channel.SYNC, summary="Message") as batch:
            receive(told=replace(TOLD, riders=(RiderTold("Dental"),)), at=AT)

        undo_batch(batch_id=batch.pk, user=UserFactory(owner=True), at=AT)

        assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("text", "plan_id", "line"),
    [
        ("mapd", "", "med_adv"), ("MAPD HMO", "", "med_adv"), ("ma", "", "med_adv"),
        ("Medicare Advantage", "", "med_adv"), ("DSNP", "", "med_adv"), ("C-SNP", "", "med_adv"),
        ("LPPO", "", "med_adv"), ("pdp", "", "pdp"), ("PARTD", "", "pdp"), ("Part D", "", "pdp"),
        ("med_supp", "", "med_supp"), ("MODMEDSUP", "", "med_supp"), ("Medigap", "", "med_supp"),
        ("Medicare Supplement", "", "med_supp"), ("", "H5216-001-000", "med_adv"),
        ("", "S5601-014-000", "pdp"), ("gold", "R1234-001-000", "med_adv"),
        ("dental", "", "other"), ("Term life", "", "other"), ("", "", ""),
    ],
)  # fmt: skip
def test_reads_the_line(text, plan_id, line):
    assert read_line(text, plan_id) == line


@pytest.mark.django_db
def test_merging_individuals_carries_applications_along_and_back():
    survivor, loser = IndividualFactory(), IndividualFactory()
    application = ApplicationFactory(individual=loser)
    user = UserFactory(owner=True)
    seen = dict(Individual.objects.values_list("pk", "updated_at"))

    merged = merges.merge(
        survivor_id=survivor.pk, loser_id=loser.pk, choices={}, seen=seen, user=user, at=AT
    )

    application.refresh_from_db()
    assert application.individual == survivor
    undo_batch(batch_id=merged.batch.pk, user=user, at=merged.batch.created_at)
    application.refresh_from_db()
    assert application.individual_id == loser.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("default_options")
def test_two_deliveries_at_once_make_one_application():
    start = Barrier(2)

    def deliver(told):
        try:
            start.wait(timeout=60)
            with transaction.atomic():
                return receive(told=told, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(deliver, (TOLD, later(TOLD, plan_name="New"))))

    row = Application.objects.get()
    assert {one.application_id for one in both} == {row.pk}
    assert sorted(one.is_new for one in both) == [False, True]
    assert row.plan_name == "New"
