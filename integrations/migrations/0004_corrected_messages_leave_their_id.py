from django.db import migrations, models

# Built beside the old one, which goes when it is there: deliveries never wait.
NEW = """CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS message_is_kept_once
    ON integrations_inboundmessage (partner, external_id)
    WHERE external_id <> '' AND state NOT IN ('rejected', 'duplicate', 'corrected')"""
OLD = """CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS message_is_received_once
    ON integrations_inboundmessage (partner, external_id)
    WHERE external_id <> '' AND state NOT IN ('rejected', 'duplicate')"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('integrations', '0003_find_messages_to_settle'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint('inboundmessage', 'message_is_received_once'),
                migrations.AddConstraint(
                    'inboundmessage',
                    models.UniqueConstraint(
                        models.F('partner'),
                        models.F('external_id'),
                        condition=models.Q(
                            models.Q(('external_id', ''), _negated=True),
                            models.Q(
                                ('state__in', ['rejected', 'duplicate', 'corrected']),
                                _negated=True,
                            ),
                        ),
                        name='message_is_kept_once',
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    NEW, 'DROP INDEX CONCURRENTLY IF EXISTS message_is_kept_once'
                ),
                migrations.RunSQL(
                    'DROP INDEX CONCURRENTLY IF EXISTS message_is_received_once', OLD
                ),
            ],
        ),
    ]
