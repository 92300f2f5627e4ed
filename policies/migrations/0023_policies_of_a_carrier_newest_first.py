from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("policies", "0022_repeated_statements_move_the_standing")]

    operations = [
        AddIndexConcurrently(
            "policy", models.Index("carrier", "id", name="policy_carrier_newest")
        ),
        AddIndexConcurrently(
            "policy", models.Index("product", "id", name="policy_product_newest")
        ),
        RemoveIndexConcurrently("policy", "policy_carrier_and_product"),
    ]
