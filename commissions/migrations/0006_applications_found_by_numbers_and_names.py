from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models

import policies.models


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0005_ledgers_know_their_files_and_contracts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                OpClass(policies.models.NumberKey("confirmation_number"), name="text_pattern_ops"),
                name="application_confirmation_key",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                OpClass("policy_key", name="text_pattern_ops"),
                condition=models.Q(("policy_number", ""), _negated=True),
                name="application_policy_key",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                models.F("mbi_index"),
                condition=models.Q(("mbi_index__isnull", False)),
                name="application_mbi",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                models.F("last_name_key"), models.F("first_name_key"), name="application_name"
            ),
        ),
    ]
