"""What somebody can act on comes first in the lists of pay; an index serves that order."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("commissions", "0024_disputes_held_by_guards")]

    operations = [
        AddIndexConcurrently(
            model_name="expectedpay",
            index=models.Index(
                models.Case(
                    models.When(
                        state__in=(
                            "short",
                            "late_30",
                            "late_60",
                            "late_90",
                            "chargeback_unexpected",
                        ),
                        then=0,
                    ),
                    models.When(state__in=("over", "no_rate"), then=1),
                    models.When(state__in=("chargeback_expected",), then=2),
                    default=3,
                    output_field=models.PositiveSmallIntegerField(),
                ),
                models.OrderBy(models.F("gap"), descending=True),
                "due_date",
                "id",
                name="expected_pay_by_rank",
            ),
        ),
    ]
