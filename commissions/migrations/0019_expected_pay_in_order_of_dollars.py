"""The order of dollars serves the whole list, not only what is to be acted on."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("commissions", "0018_rates_that_cms_published")]

    operations = [
        AddIndexConcurrently(
            model_name="expectedpay",
            index=models.Index(fields=["-gap", "due_date", "id"], name="expected_pay_by_dollars"),
        ),
        RemoveIndexConcurrently(model_name="expectedpay", name="open_pay_by_dollars"),
    ]
