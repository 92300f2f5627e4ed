import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0002_staged_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="undo_user",
            field=models.ForeignKey(
                editable=False,
                help_text="For whom a worker takes it back.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.CharField(
                choices=[
                    ("received", "Received"),
                    ("mapping", "Not recognised"),
                    ("checking", "Checking"),
                    ("checked", "Ready to import"),
                    ("committing", "Importing"),
                    ("imported", "Imported"),
                    ("undoing", "Undoing"),
                    ("undone", "Undone"),
                    ("duplicate", "Duplicate"),
                    ("attention", "Needs attention"),
                    ("discarded", "Discarded"),
                ],
                default="received",
                max_length=12,
            ),
        ),
    ]
