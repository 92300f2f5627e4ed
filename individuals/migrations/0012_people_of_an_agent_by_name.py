import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """One index in place of another: by agent, then in the order of the list."""

    atomic = False
    reviewed = {
        "rewrites_or_scans_a_column": "Only drops the index that the new one stands in for."
    }

    dependencies = [
        ("accounts", "0003_origin_of_default_roles"),
        ("individuals", "0011_turn_a_changed_row_into_json_once"),
    ]

    operations = [
        AddIndexConcurrently(
            "individual",
            models.Index(
                "servicing_agent",
                "last_name_key",
                "first_name_key",
                "id",
                name="individual_agent_and_name",
            ),
        ),
        migrations.AlterField(
            model_name="individual",
            name="servicing_agent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="individuals",
                to="accounts.agent",
            ),
        ),
    ]
