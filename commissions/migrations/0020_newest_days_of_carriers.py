import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

MODELS = ("application", "bookrow", "commissionline")


class Migration(migrations.Migration):
    atomic = False
    reviewed = {
        "rewrites_or_scans_a_column": "Only the index of the key alone goes: dropped in an instant."
    }

    dependencies = [
        ("commissions", "0019_expected_pay_in_order_of_dollars"),
        ("policies", "0022_repeated_statements_move_the_standing"),
    ]

    operations = [
        AddIndexConcurrently("application", models.Index("carrier", name="application_carrier")),
        AddIndexConcurrently(
            "bookrow", models.Index("carrier", "as_of_date", name="book_row_carrier_and_day")
        ),
        AddIndexConcurrently(
            "commissionline",
            models.Index("carrier", "statement_date", name="line_carrier_and_day"),
        ),
        *(
            migrations.AlterField(
                model_name=model,
                name="carrier",
                field=models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="policies.carrier",
                ),
            )
            for model in MODELS
        ),
    ]
