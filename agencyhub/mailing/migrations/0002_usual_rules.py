from django.db import migrations

# Labels that every agency starts with; whoever has one of them is not written to.
SILENT = ("Inactive", "Do not contact", "Deceased")


def add_usual_rules(apps, schema_editor):
    MailSettings = apps.get_model("mailing", "MailSettings")
    Option = apps.get_model("records", "Option")
    rules, is_new = MailSettings.objects.get_or_create(pk=1)
    if is_new:
        statuses = Option.objects.filter(list="individual_status", label__in=SILENT)
        rules.silent_statuses.set(statuses)


class Migration(migrations.Migration):
    dependencies = [
        ("mailing", "0001_outbox_and_opt_outs"),
        ("records", "0003_default_options"),
    ]

    operations = [migrations.RunPython(add_usual_rules, migrations.RunPython.noop)]
