"""What refers to people and policies is looked up once a statement when many of these go."""

from django.db import migrations

from agencyhub.lib.guards import guard_rows

PEOPLE = "individuals_individual"
POLICIES = "policies_policy"


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0008_guarded_keys_of_ledgers"),
        ("individuals", "0010_references_held_by_guards"),
        ("policies", "0014_references_held_by_guards"),
    ]

    operations = [
        guard_rows("commissions_application", "individual_id", PEOPLE),
        guard_rows("commissions_application", "policy_id", POLICIES),
        guard_rows("commissions_bookrow", "policy_id", POLICIES),
    ]
