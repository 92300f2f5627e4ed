"""What notices changes of pay costs by the row, whatever its session did before."""

from datetime import date

import pytest
from django.db import connection

from commissions.models import PayChange
from policies.models import Policy
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
ROWS = 3_000
# Each with each would take ten times as long at the least.
MILLISECONDS = 6_000
_COPIES = """
INSERT INTO policies_policy ({columns}) SELECT {values}
FROM policies_policy, generate_series(1, %s) AS n WHERE id = %s
"""


def _copies(policy: Policy) -> None:
    """Copies of a policy, with numbers of their own."""
    fields = [one for one in Policy._meta.concrete_fields if not one.generated]
    names = [str(one.column) for one in fields if one.column != "id"]
    values = ["'PX' || n" if name == "policy_number" else f'"{name}"' for name in names]
    statement = _COPIES.format(
        columns=", ".join(f'"{name}"' for name in names), values=", ".join(values)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [ROWS, policy.pk])


def test_a_change_of_many_policies_is_not_planned_for_one():
    one = PolicyFactory()
    Policy.objects.filter(pk=one.pk).update(effective_date=date(2026, 2, 1))
    _copies(one)
    PayChange.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(MILLISECONDS)])

    Policy.objects.update(effective_date=date(2026, 3, 1))

    noted = PayChange.objects.filter(kind=PayChange.Kind.POLICY)
    keys = {key for found in noted for key in range(found.first_id, found.last_id + 1)}
    assert set(Policy.objects.values_list("pk", flat=True)) <= keys
