from django.db import migrations

# Whoever is there already is found at once; a worker adds their terms.
FILL = """
INSERT INTO individuals_backlog (table_name, work, first_id, last_id)
SELECT '{table}', 'index', min(id), max(id) FROM {table} HAVING count(*) > 0
"""


class Migration(migrations.Migration):
    dependencies = [("individuals", "0005_search_terms")]

    operations = [
        migrations.RunSQL(FILL.format(table=table), migrations.RunSQL.noop)
        for table in ("individuals_individual", "individuals_salesrecord")
    ]
