"""The few requests that may expire are found among all that wait."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("eoi", "0003_rows_of_batch_files_decided_once")]

    operations = [
        migrations.AddIndex(
            model_name="eoirequest",
            index=models.Index(
                "opened_date",
                "id",
                condition=Q(closed_at__isnull=True, is_expiry_proposed=True),
                name="proposed_expiry_by_age",
            ),
        ),
    ]
