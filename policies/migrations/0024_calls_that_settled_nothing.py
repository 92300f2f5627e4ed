import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("policies", "0023_policies_of_a_carrier_newest_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="risk",
            name="calls",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="How many were logged that did not settle it."
            ),
        ),
        migrations.AddField(
            model_name="risk",
            name="last_call",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_answer", "No answer"),
                    ("left_message", "Left a message"),
                    ("promised", "Promised to pay"),
                    ("other", "Something else"),
                ],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="risk", name="last_called_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="risk",
            name="last_called_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="risk",
            name="call_note",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=200,
                verbose_name="note of the last call",
            ),
        ),
        migrations.AddField(
            model_name="risk",
            name="call_on",
            field=models.DateField(null=True, verbose_name="call again on"),
        ),
    ]
