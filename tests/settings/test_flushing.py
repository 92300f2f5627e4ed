"""What is left in the database after a test with real transactions."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from agencyhub.records.models import Option
from tests import flushing
from tests.factories.accounts import UserFactory


def rows_by_table():
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    found = {}
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            found[name] = cursor.fetchone()[0]
    return {name: count for name, count in found.items() if count}


@pytest.mark.django_db(transaction=True)
class TestEmpty:
    def test_leaves_only_content_types_and_permissions(self):
        before = Permission.objects.count(), ContentType.objects.count()
        UserFactory(owner=True)
        Option.objects.create(list="individual_type", label="Neighbor")
        assert rows_by_table().keys() > flushing.KEPT

        flushing.empty()

        assert rows_by_table().keys() == flushing.KEPT
        assert (Permission.objects.count(), ContentType.objects.count()) == before

    def test_does_nothing_where_nothing_is(self):
        flushing.empty()
        flushing.empty()

        assert rows_by_table().keys() == flushing.KEPT
