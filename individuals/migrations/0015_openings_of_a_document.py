from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who opened a document is found by the document, wherever it was moved."""

    atomic = False
    dependencies = [("individuals", "0014_openings_refer_as_looks_do")]

    operations = [
        AddIndexConcurrently("opening", models.Index("document_id", name="opening_document"))
    ]
