"""A row of a worksheet is decided once, as one of a batch file is."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("eoi", "0005_indexes_of_forms_and_groups_of_what_waits")]

    operations = [
        migrations.RemoveConstraint(model_name="decision", name="batch_row_is_decided_once"),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                "source",
                condition=Q(channel__in=("batch", "worksheet")) & ~Q(source=""),
                name="row_of_a_file_is_decided_once",
            ),
        ),
    ]
