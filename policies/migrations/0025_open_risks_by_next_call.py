from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("policies", "0024_calls_that_settled_nothing")]

    operations = [
        AddIndexConcurrently(
            "risk",
            models.Index(
                "call_on",
                condition=models.Q(closed_at__isnull=True, call_on__isnull=False),
                name="open_risk_by_next_call",
            ),
        ),
    ]
