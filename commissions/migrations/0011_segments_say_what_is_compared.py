"""Segments of keys with the rows themselves; the next run writes all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0010_outcomes_are_set_in_place"),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM commissions_keysegment", migrations.RunSQL.noop),
        migrations.AddField("keysegment", "compared", models.BinaryField(), preserve_default=False),
        migrations.RunSQL(
            "ALTER TABLE commissions_keysegment ALTER COLUMN compared SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
    ]
