"""What the pages of EOI sort and count by."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("eoi", "0001_requests_and_decisions")]

    operations = [
        migrations.AddIndex(
            model_name="eoirequest",
            index=models.Index(
                "closed_at",
                "id",
                condition=Q(closed_at__isnull=False),
                name="closed_eoi_request_by_time",
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                "user", "decided_at", condition=Q(channel="manual"), name="decision_by_hand"
            ),
        ),
    ]
