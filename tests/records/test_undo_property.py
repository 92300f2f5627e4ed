"""Undo against random acts and later edits: the untouched goes back, the edited stays."""

import json
import random
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from agencyhub.lib.mbi import read_mbi
from agencyhub.records import history, tables
from agencyhub.records.models import Batch, Option
from agencyhub.records.services.undo import undo_batch
from individuals.models import Address, Individual, SalesOpportunity, SalesRecord
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import (
    MBI,
    OTHER_MBI,
    AddressFactory,
    IndividualFactory,
    SalesOpportunityFactory,
    SalesRecordFactory,
)

pytestmark = pytest.mark.django_db
MODELS = (Individual, Address, SalesRecord, SalesOpportunity)
FACTORIES = (IndividualFactory, AddressFactory, SalesRecordFactory, SalesOpportunityFactory)


def snapshot():
    """Every tracked row as comparable, flat columns."""
    rows = {}
    for model in MODELS:
        name = model._meta.db_table
        table = tables.table_of(name)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, to_jsonb(t.*) FROM {name} AS t")
            for pk, row in cursor.fetchall():
                flat = tables.flatten(json.loads(row))
                rows[name, pk] = {c: v for c, v in flat.items() if table.is_comparable(c)}
    return rows


class Hand:
    """Somebody who does random but valid things."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.agents = [AgentFactory() for _ in range(2)]

    def pick(self, model):
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        return model.objects.get(pk=self.random.choice(keys)) if keys else None

    def act(self, times):
        for _ in range(times):
            self.random.choice(
                [self.edit_person, self.edit_person, self.edit_address, self.link, self.add,
                 self.remove, self.set_based, self.change_mbi, self.custom]
            )()  # fmt: skip

    def edit_person(self):
        person = self.pick(self.random.choice([Individual, SalesRecord]))
        if person:
            name = self.random.choice(["email", "nickname", "notes", "home_phone"])
            setattr(person, name, str(self.random.randint(1_000_000_000, 9_999_999_999)))
            person.date_of_birth = date(1950, 1, self.random.randint(1, 28))
            person.save()

    def custom(self):
        person = self.pick(Individual)
        if person:
            key = self.random.choice("abc")
            person.custom = {**person.custom, key: str(self.random.randint(1, 9))}
            if self.random.random() < 0.3:
                person.custom.pop(self.random.choice("abc"), None)
            person.save()

    def change_mbi(self):
        person = self.pick(Individual)
        if person:
            text = self.random.choice([MBI, OTHER_MBI, None])
            person.set_mbi(read_mbi(text) if text else None)
            person.save()

    def edit_address(self):
        address = self.pick(Address)
        if address:
            address.city = self.random.choice(["Ames", "Boone", "Nevada"])
            address.save()

    def link(self):
        record, person = self.pick(SalesRecord), self.pick(Individual)
        if record and person:
            record.individual = person
            record.assigned_agent = self.random.choice(self.agents)
            record.save()

    def add(self):
        kind = self.random.randrange(4)
        person = self.pick(Individual)
        if kind == 0:
            IndividualFactory(custom={"a": "1"})
        elif kind == 1 and person:
            AddressFactory(individual=person, is_primary=not person.addresses.exists())
        elif kind == 2:
            SalesRecordFactory(individual=person)
        elif person:
            stage = Option.objects.get(list="sales_stage", label="New")
            SalesOpportunityFactory(individual=person, stage=stage)

    def remove(self):
        row = self.pick(self.random.choice([Address, SalesOpportunity, SalesRecord, Individual]))
        if row:
            row.delete()

    def set_based(self):
        low = self.random.randint(0, 5)
        Individual.objects.filter(pk__gt=low).update(title=self.random.choice(["Ms.", "Mr."]))


@pytest.fixture
def world():
    people = [IndividualFactory(mbi=MBI if n % 2 else "", custom={"a": "0"}) for n in range(4)]
    for person in people[:3]:
        AddressFactory(individual=person)
    for person in people[:2]:
        SalesRecordFactory(individual=person)
        SalesOpportunityFactory(individual=person)


def play(seed, *, later):
    hand = Hand(seed)
    before = snapshot()
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary="Random") as batch:
        hand.act(10)
    after = snapshot()
    hand.act(later)
    edited = snapshot()
    result = undo_batch(batch_id=batch.pk, user=UserFactory(owner=True), at=timezone.now())
    return before, after, edited, snapshot(), result


class TestUndoOfRandomActs:
    @pytest.mark.parametrize("seed", range(8))
    def test_restores_everything_when_nobody_edited(self, world, seed):
        before, _, _, end, result = play(seed, later=0)

        assert result.kept == []
        assert end == before

    @pytest.mark.parametrize("seed", range(100, 116))
    def test_restores_the_untouched_and_lists_the_edited(self, world, seed):
        before, after, edited, end, result = play(seed, later=6)

        for key in before.keys() | after.keys() | edited.keys() | end.keys():
            name = tables.row_name(*key)
            listed = [words for words in result.kept if words.startswith((f"{name} ", f"{name}:"))]
            self.check(before.get(key), after.get(key), edited.get(key), end.get(key), listed)

    def check(self, before, after, edited, end, listed):
        if before == after or (before is None and edited is None):
            assert end == edited  # not the batch's business, or gone anyway
        elif after is None or before is None or edited is None:
            if listed:
                assert end == edited
            else:
                assert edited == after
                assert end == before
        else:
            self.check_columns(before, after, edited, end, listed)

    def check_columns(self, before, after, edited, end, listed):
        is_refused = any(" stays: " in words for words in listed)
        for column in before.keys() | after.keys() | edited.keys() | end.keys():
            was, became = before.get(column), after.get(column)
            since, now = edited.get(column), end.get(column)
            if was == became or is_refused or (listed and became != since):
                assert now == since, column
            elif not (listed and column.startswith("mbi")):  # an MBI goes back whole or not at all
                assert (became, now) == (since, was), column
