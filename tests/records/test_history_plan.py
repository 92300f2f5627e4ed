"""A session that changed one row first still records a change of very many at once."""

import pytest
from django.db import connection

from agencyhub.records import history
from agencyhub.records.models import Batch, Change
from policies.models import Carrier

pytestmark = [pytest.mark.load, pytest.mark.django_db]
ROWS = 40_000
# Seconds where the rows are joined by a hash; a loop made for one row takes minutes.
PATIENCE = "60s"


def test_changes_of_very_many_rows_are_recorded_after_the_change_of_one():
    Carrier.objects.bulk_create(Carrier(name=f"Carrier {i}") for i in range(ROWS))
    Change.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")

    with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="Edited"):
        for _ in range(2):
            Carrier.objects.filter(name="Carrier 7").update(name="Carrier 07")
            Carrier.objects.filter(name="Carrier 07").update(name="Carrier 7")
        Carrier.objects.update(is_active=False)

    assert Change.objects.filter(before={"is_active": True}).count() == ROWS


def test_a_change_of_many_rows_says_whose_they_are_and_what_changed():
    Carrier.objects.bulk_create(Carrier(name=f"Carrier {i}") for i in range(300))
    Change.objects.all().delete()

    with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="Edited") as batch:
        Carrier.objects.exclude(name="Carrier 9").update(is_active=False)

    changes = Change.objects.filter(batch=batch, table_name=Carrier._meta.db_table)
    assert changes.count() == 299
    assert set(changes.values_list("action", flat=True)) == {Change.Action.UPDATE}
    assert {str(one.after) for one in changes} == {"{'is_active': False}"}
