from django.db import migrations

# The roles that every installation starts with, by the name they have then.
ORIGINS = ("Owner", "Admin", "Agent", "Call center agent", "Benefits administrator")


def note_origin(apps, schema_editor):
    role = apps.get_model("accounts", "Role")
    for name in ORIGINS:
        role.objects.filter(name=name, origin="").update(origin=name)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_sign_in_and_rights"),
    ]

    operations = [
        migrations.RunPython(note_origin, migrations.RunPython.noop, elidable=True),
    ]
