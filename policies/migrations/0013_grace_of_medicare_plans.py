from datetime import date

from django.db import migrations

SOURCE = "Medicare: at least two whole calendar months from the first unpaid month (read 11/2026)"
START = date(2020, 1, 1)


def add_grace_periods(apps, schema_editor):
    GracePeriod = apps.get_model("policies", "GracePeriod")
    Option = apps.get_model("records", "Option")
    found = Option.objects.filter(
        list="coverage_type", label__in=["Medicare Advantage", "MAPD", "PDP"]
    )
    for coverage_type in found:
        GracePeriod.objects.get_or_create(
            coverage_type=coverage_type,
            start_date=START,
            defaults={"months": 2, "source": SOURCE},
        )


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0012_payments_are_changed_in_place"),
        ("records", "0003_default_options"),
    ]

    operations = [migrations.RunPython(add_grace_periods, migrations.RunPython.noop)]
