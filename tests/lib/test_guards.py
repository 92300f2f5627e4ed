"""Guards refuse what foreign keys would refuse."""

import threading
import time
from datetime import date
from functools import partial

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, connections, models, transaction

from agencyhub.records.models import Option
from commissions.models import (
    AgentOfRecord,
    Application,
    BookRow,
    CommissionLine,
    CommissionSplit,
    ExpectedPay,
)
from individuals.models import Address, Individual
from policies.models import Carrier, Policy
from tests.factories.accounts import AgentFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.individuals import AddressFactory, IndividualFactory
from tests.factories.policies import CarrierProductFactory, PolicyFactory

GUARDED = {
    Individual: ("type", "status", "servicing_agent"),
    Policy: ("carrier", "product", "status", "coverage_type", "servicing_agent"),
    Application: ("carrier", "agent"),
    BookRow: ("carrier", "agent"),
    CommissionLine: ("carrier", "agent"),
    AgentOfRecord: ("agent",),
    CommissionSplit: ("agent",),
}
LEDGERS = {
    Application: ApplicationFactory,
    BookRow: BookRowFactory,
    CommissionLine: CommissionLineFactory,
}
NOWHERE = 987_654_321
# What a second row of each may not have in common with the first.
OTHERWISE = {
    Policy: {"policy_number": "OTHER"},
    Application: {"external_id": "OTHER"},
    BookRow: {"member_id": "OTHER"},
    CommissionLine: {"fingerprint": 1},
    AgentOfRecord: {"start_date": date(2020, 1, 1), "end_date": date(2020, 1, 2)},
    CommissionSplit: {"role": "upline"},
}
# Worked out anew from the policy, whose carrier is guarded; a guard would cost as much again.
DERIVED = {(ExpectedPay, "carrier")}
CASES = [(model, name) for model, names in GUARDED.items() for name in names]


def _row(model):
    agent = AgentFactory()
    if model is Policy:
        return PolicyFactory(servicing_agent=agent, product=CarrierProductFactory())
    kinds = {"type": "individual_type", "status": "individual_status"}
    if model is AgentOfRecord:
        return AgentOfRecord.objects.create(
            agent=agent, book_row=BookRowFactory(), start_date=date(2026, 1, 1)
        )
    if model is CommissionSplit:
        return CommissionSplit.objects.create(
            agent=agent, line=CommissionLineFactory(), role="writing", percent=1, amount=1
        )
    if model in LEDGERS:
        return LEDGERS[model](agent=agent)
    options = {name: Option.objects.filter(list=one).first() for name, one in kinds.items()}
    return IndividualFactory(servicing_agent=agent, **options)


@pytest.mark.django_db
class TestGuards:
    @pytest.mark.parametrize(("model", "name"), CASES)
    def test_refuse_a_row_without_its_parent(self, model, name):
        row = _row(model)
        with pytest.raises(IntegrityError, match="not there"), transaction.atomic():
            model.objects.filter(pk=row.pk).update(**{f"{name}_id": NOWHERE})
        copy = model(
            **{
                field.attname: getattr(row, field.attname)
                for field in model._meta.concrete_fields
                if not field.generated and not field.primary_key
            }
        )
        setattr(copy, f"{name}_id", NOWHERE)
        for field, value in OTHERWISE.get(model, {}).items():
            setattr(copy, field, value)
        with pytest.raises(IntegrityError, match="not there"), transaction.atomic():
            copy.save(force_insert=True)

    @pytest.mark.parametrize(("model", "name"), CASES)
    def test_keep_a_parent_that_is_used(self, model, name):
        parent = model._meta.get_field(name).related_model
        row = _row(model)
        pk = getattr(row, f"{name}_id")
        table = parent._meta.db_table
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pk])

    def test_let_an_unused_parent_go(self):
        unused = Option.objects.create(list="individual_type", label="Unused")
        unused.delete()
        Carrier.objects.create(name="Unused").delete()

    def test_stand_wherever_the_database_has_no_foreign_key_to_a_list(self):
        small = {"records.Option", "accounts.Agent", "policies.Carrier", "policies.CarrierProduct"}
        unguarded = {
            (model, field.name)
            for model in apps.get_models()
            for field in model._meta.local_concrete_fields
            if isinstance(field, models.ForeignKey)
            and not field.db_constraint
            and field.related_model._meta.label in small
        }
        assert unguarded == {*CASES, *DERIVED}


def _told(act, outcome):
    """Do something on a connection of this thread; note whether the database let it happen."""
    try:
        act()
        outcome.append("done")
    except IntegrityError:
        outcome.append("refused")
    finally:
        connections.close_all()


def _waits_for_lock():
    """Wait until another connection waits for one that this test holds."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    pytest.fail("Nobody waits.")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_parent_that_is_being_taken_up_is_kept(self, default_options):
        """Delete a carrier while another connection has added a policy but not committed."""
        policy = PolicyFactory()
        carrier = Carrier.objects.create(name="Short-lived")
        outcome = []

        def delete():
            try:
                Carrier.objects.filter(pk=carrier.pk)._raw_delete("default")
                outcome.append("deleted")
            except IntegrityError:
                outcome.append("refused")
            finally:
                connections.close_all()

        with transaction.atomic():
            Policy.objects.filter(pk=policy.pk).update(carrier=carrier, product=None)
            thread = threading.Thread(target=delete)
            thread.start()
            thread.join(0.5)
            assert not outcome
        thread.join(10)
        assert outcome == ["refused"]

    def test_a_person_who_is_being_referred_to_is_kept(self, default_options):
        """Delete a person while another connection has added an address but not committed."""
        person = IndividualFactory()
        outcome = []
        delete = partial(Individual.objects.filter(pk=person.pk)._raw_delete, "default")
        thread = threading.Thread(target=_told, args=(delete, outcome))
        with transaction.atomic():
            AddressFactory(individual=person)
            thread.start()
            _waits_for_lock()
        thread.join(60)
        assert outcome == ["refused"]

    def test_a_person_who_is_being_deleted_is_not_referred_to(self, default_options):
        """Add an address while another connection has deleted the person but not committed."""
        person = IndividualFactory()
        outcome = []
        add = partial(AddressFactory, individual=person)
        thread = threading.Thread(target=_told, args=(add, outcome))
        with transaction.atomic():
            Individual.objects.filter(pk=person.pk)._raw_delete("default")
            thread.start()
            _waits_for_lock()
        thread.join(60)
        assert outcome == ["refused"]
        assert not Address.objects.exists()
