"""An undo of an import keeps what any table refers to, whatever app adds the table."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from agencyhub.records import bulk, history
from agencyhub.records.models import Batch
from agencyhub.records.services.undo import undo_batch
from individuals.models import Individual
from policies.models import Policy
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db

FACTORIES = {Individual: IndividualFactory, Policy: PolicyFactory}
NOWHERE = 987_654_321
VALUES = {
    models.BooleanField: False,
    models.DateField: date(2026, 1, 1),
    models.DateTimeField: timezone.now(),
    models.DecimalField: Decimal(1),
    models.IntegerField: 1,
    models.JSONField: "{}",
    models.BinaryField: b"",
    models.UUIDField: "00000000-0000-0000-0000-000000000000",
}


def _foreign_keys():
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model in FACTORIES:
                yield model, field


REFERENCES = [pytest.param(*one, id=str(one[1])) for one in _foreign_keys() if one[1].db_constraint]


@contextmanager
def _without_rules(table):
    """Let a row in whatever else it lacks: no foreign key, guard or check of its table applies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass",
            [table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def _add_reference(model, field, pk):
    """Add a row of the model that refers to ``pk`` and says as little else as may be."""
    row = {field.column: pk}
    for one in model._meta.local_concrete_fields:
        is_filled = one.generated or one.has_db_default() or isinstance(one, models.AutoField)
        if one.column not in row and not one.null and not is_filled:
            row[one.column] = _value(one)
    with _without_rules(model._meta.db_table), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(row)})"
            f" VALUES ({', '.join(['%s'] * len(row))})",
            list(row.values()),
        )


def _value(field):
    if isinstance(field, models.ForeignKey):
        return NOWHERE
    kinds = (value for kind, value in VALUES.items() if isinstance(field, kind))
    return next(kinds, "")


def _imported(model):
    """A batch that added two records in bulk, and the two."""
    with history.batch(user=None, channel=Batch.Channel.IMPORT, summary="Imported") as batch:
        parents = {} if model is Individual else {"subscriber": IndividualFactory()}
        with bulk.without_changes():
            rows = [FACTORIES[model](**parents) for _ in range(2)]
        ids = sorted(row.pk for row in rows)
        bulk.record_inserted(batch=batch, model=model, ids=ids)
    return batch, ids


def _delete(model, pk):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _point(model, field, pk):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {field.column} = %s", [pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(("model", "field"), REFERENCES)
class TestEveryReference:
    def test_keeps_an_imported_record_and_is_told(self, model, field):
        batch, (referred, free) = _imported(field.related_model)
        _add_reference(model, field, referred)

        result = undo_batch(batch_id=batch.pk, user=UserFactory(owner=True), at=timezone.now())

        nouns = model._meta.verbose_name_plural
        assert [
            line for line in result.kept if f" {referred} stays: " in line and str(nouns) in line
        ]
        left = field.related_model.objects.filter(pk__in=[referred, free])
        assert list(left.values_list("pk", flat=True)) == [referred]

    def test_is_held_by_the_database(self, model, field):
        _, (referred, free) = _imported(field.related_model)
        _add_reference(model, field, referred)
        with pytest.raises(IntegrityError), transaction.atomic():
            _delete(field.related_model, referred)
        with pytest.raises(IntegrityError), transaction.atomic():
            _point(model, field, NOWHERE)
        _delete(field.related_model, free)

    def test_costs_an_undo_no_look_up_a_row(self, model, field):
        """It is held by ``guard_rows`` of ``agencyhub.lib.guards``: add that to a migration."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass",
                [field.related_model._meta.db_table],
            )
            triggers = {name for (name,) in cursor.fetchall()}
        assert f"{model._meta.db_table}_{field.column}_delete" in triggers
