"""Who told a payment is looked up once a statement: nobody did, of nearly all of them."""

from django.db import migrations

from agencyhub.lib.guards import guard_rows

USERS = "accounts_user"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("policies", "0015_premier_terms_say_why_they_overlap"),
    ]

    operations = [
        guard_rows("policies_payment", "user_id", USERS),
        guard_rows("policies_paymentfact", "user_id", USERS),
    ]
