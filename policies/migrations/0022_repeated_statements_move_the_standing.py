"""The moment of what was said again, word for word, is kept once a policy."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0021_which_import_told_of_payments"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="import_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="standing",
            name="message_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="standing",
            name="said_as_of",
            field=models.DateTimeField(
                editable=False,
                help_text="The moment in the payments of which the same was said again as of ``as_of``.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="told_at",
            field=models.DateTimeField(
                editable=False, help_text="When it was said again, by whom follows.", null=True
            ),
        ),
    ]
