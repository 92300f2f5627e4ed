from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0005_fingerprints_of_unread_cells")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="claims",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="How often workers took it, in all.",
            ),
        ),
    ]
