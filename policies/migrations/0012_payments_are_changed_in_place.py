from django.db import migrations

# Each day says most of it again, and only the moment moves: with room beside them rows are changed
# where they are, without a touch of an index.


class Migration(migrations.Migration):
    dependencies = [("policies", "0011_grace_periods_and_statuses_told")]

    # Most statements repeat what was said and only their moment is newer: with room beside them
    # such rows are changed where they are, without a touch of an index.
    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE policies_payment SET (fillfactor = 50)",
                "ALTER TABLE policies_standing SET (fillfactor = 50)",
            ],
            [
                "ALTER TABLE policies_payment RESET (fillfactor)",
                "ALTER TABLE policies_standing RESET (fillfactor)",
            ],
        )
    ]
