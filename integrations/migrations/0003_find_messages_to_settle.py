from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('integrations', '0002_incidents_retries_and_corrections'),
    ]

    operations = [
        migrations.RunSQL(
            """UPDATE integrations_inboundmessage SET value = left(details->>'plan_type', 120)
            WHERE state = 'held' AND code = 'unmapped_plan_type' AND value = ''
            AND jsonb_exists(details, 'plan_type')""",
            migrations.RunSQL.noop,
        ),
        AddIndexConcurrently(
            model_name='inboundmessage',
            index=models.Index(models.F('partner'), models.F('code'), models.F('value'), models.F('id'), condition=models.Q(('state__in', ['failed', 'rejected', 'held'])), name='message_to_settle'),
        ),
        AddIndexConcurrently(
            model_name='inboundmessage',
            index=models.Index(models.F('partner'), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('state__in', ['applied', 'ignored', 'held'])), name='message_ended_well'),
        ),
    ]
