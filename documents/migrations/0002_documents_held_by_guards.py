"""The records of documents are looked up once a statement when many records go."""

from django.db import migrations

from agencyhub.lib.guards import guard_rows


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_documents")]

    operations = [
        guard_rows("documents_document", "individual_id", "individuals_individual"),
        guard_rows("documents_document", "policy_id", "policies_policy"),
    ]
