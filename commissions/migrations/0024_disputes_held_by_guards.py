"""The policies of disputes are looked up once a statement when many policies go."""

from django.db import migrations

from agencyhub.lib.guards import guard_rows


class Migration(migrations.Migration):
    dependencies = [("commissions", "0023_many_changes_of_pay_are_planned_anew")]

    operations = [guard_rows("commissions_dispute", "policy_id", "policies_policy")]
