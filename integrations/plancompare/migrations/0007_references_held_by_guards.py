"""What refers to people and policies is looked up once a statement when many of these go."""

from django.db import migrations

from agencyhub.lib.guards import guard_rows

POLICIES = "policies_policy"


class Migration(migrations.Migration):
    dependencies = [
        ("plancompare", "0006_usernames_may_be_swapped"),
        ("policies", "0014_references_held_by_guards"),
    ]

    operations = [
        guard_rows("plancompare_enrollmentkey", "policy_id", POLICIES),
    ]
