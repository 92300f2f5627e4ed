"""The maximums that CMS published, and when pay is due until the agency says otherwise.

Source: reference/medicare.md 7.6: 2026 by region, 2027 for the states without their own region
(read 2026-11-22).
"""

from datetime import date
from decimal import Decimal

from django.db import migrations

PUBLISHED = {2026: "CMS, contract year 2026", 2027: "CMS, contract year 2027"}
# line, states (blank: all that have no rate of their own), year, initial, renewal
RATES = [
    ("med_adv", ("",), 2026, "694", "347"),
    ("med_adv", ("CT", "PA", "DC"), 2026, "781", "391"),
    ("med_adv", ("CA", "NJ"), 2026, "864", "432"),
    ("med_adv", ("PR", "VI"), 2026, "474", "237"),
    ("pdp", ("",), 2026, "114", "57"),
    ("med_adv", ("",), 2027, "725", "363"),
    ("pdp", ("",), 2027, "130", "65"),
]


def add_rates(apps, schema_editor):
    PayRate = apps.get_model("commissions", "PayRate")
    PaySettings = apps.get_model("commissions", "PaySettings")
    PaySettings.objects.get_or_create(pk=1)
    for line, states, year, initial, renewal in RATES:
        for state in states:
            PayRate.objects.get_or_create(
                line=line,
                state=state,
                start_date=date(year, 1, 1),
                defaults={
                    "end_date": date(year, 12, 31),
                    "initial": Decimal(initial),
                    "renewal": Decimal(renewal),
                    "source": PUBLISHED[year],
                },
            )


class Migration(migrations.Migration):
    dependencies = [("commissions", "0017_notice_what_changes_pay")]

    operations = [migrations.RunPython(add_rates, migrations.RunPython.noop)]
