"""A row of a batch file is decided once, however often the file is read."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("eoi", "0002_indexes_of_pages")]

    operations = [
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                "source",
                condition=Q(channel="batch") & ~Q(source=""),
                name="batch_row_is_decided_once",
            ),
        ),
    ]
