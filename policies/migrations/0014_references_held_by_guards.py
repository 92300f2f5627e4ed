"""What refers to people and policies is looked up once a statement when many of these go."""

from django.db import migrations

from agencyhub.lib.guards import guard_rows

PEOPLE = "individuals_individual"
POLICIES = "policies_policy"


class Migration(migrations.Migration):
    dependencies = [
        ("individuals", "0010_references_held_by_guards"),
        ("policies", "0013_grace_of_medicare_plans"),
    ]

    operations = [
        guard_rows("policies_policy", "subscriber_id", PEOPLE),
        guard_rows("policies_payment", "policy_id", POLICIES),
        guard_rows("policies_paymentfact", "policy_id", POLICIES),
        guard_rows("policies_policyagent", "policy_id", POLICIES),
        guard_rows("policies_risk", "policy_id", POLICIES),
        guard_rows("policies_standing", "policy_id", POLICIES),
    ]
