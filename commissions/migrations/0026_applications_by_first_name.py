"""Applications are searched by either name of the client."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("commissions", "0025_expected_pay_in_order_of_what_to_recover")]

    operations = [
        AddIndexConcurrently(
            model_name="application",
            index=models.Index("first_name_key", "last_name_key", name="application_first_name"),
        ),
    ]
