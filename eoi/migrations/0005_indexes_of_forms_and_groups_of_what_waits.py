"""The few that wait of a group, or whose form is where few are, are found among all that wait."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("eoi", "0004_index_of_proposed_expiry")]

    operations = [
        migrations.AddIndex(
            model_name="eoirequest",
            index=models.Index(
                "form_status",
                "opened_date",
                "id",
                condition=Q(closed_at__isnull=True),
                name="open_eoi_request_by_form",
            ),
        ),
        migrations.AddIndex(
            model_name="eoirequest",
            index=models.Index(
                "group",
                "opened_date",
                "id",
                condition=Q(closed_at__isnull=True),
                name="open_eoi_request_of_group",
            ),
        ),
    ]
