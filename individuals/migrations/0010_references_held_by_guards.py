"""What refers to people and policies is looked up once a statement when many of these go."""

from django.db import migrations

from agencyhub.lib.guards import guard_rows

PEOPLE = "individuals_individual"


class Migration(migrations.Migration):
    dependencies = [
        ("individuals", "0009_history_planned_for_many"),
    ]

    operations = [
        guard_rows("individuals_address", "individual_id", PEOPLE),
        guard_rows("individuals_individualagent", "individual_id", PEOPLE),
        guard_rows("individuals_mergedindividual", "survivor_id", PEOPLE),
        guard_rows("individuals_reveallog", "individual_id", PEOPLE),
        guard_rows("individuals_salesopportunity", "individual_id", PEOPLE),
        guard_rows("individuals_salesrecord", "individual_id", PEOPLE),
    ]
