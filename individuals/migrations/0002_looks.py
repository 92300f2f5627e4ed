import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("individuals", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("screen", "On screen"),
                            ("merge", "While merging"),
                            ("search", "Found by MBI"),
                            ("export", "In an export"),
                            ("api", "Through the API"),
                            ("admin", "In the administration"),
                        ],
                        max_length=8,
                    ),
                ),
                ("hour", models.DateTimeField(help_text="The clock hour of the look.")),
                ("looked_at", models.DateTimeField()),
                (
                    "individual",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="looks",
                        to="individuals.individual",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="Who sat there; nobody when an API key of the whole agency asked.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "viewing_as",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="Whose rights they used, when these were not their own.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "api_key",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("view_lookers", "Can see who looked at an individual"),
                    ("review_viewing", "Can read the report of unusual viewing"),
                ],
                "default_permissions": (),
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(
                        fields=["hour"], autosummarize=True, name="look_hour"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("individual", "hour", "user", "how", "viewing_as", "api_key"),
                        name="look_is_noted_once_an_hour",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
