from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("policies", "0002_bulk_history")]

    operations = [
        AddIndexConcurrently(
            model_name="policy",
            index=models.Index("carrier", "product", name="policy_carrier_and_product"),
        ),
    ]
