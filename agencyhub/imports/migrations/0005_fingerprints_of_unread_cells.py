from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0004_layouts_and_what_they_say")]

    operations = [
        migrations.AddField(
            model_name="importedrows",
            name="as_written",
            field=models.BinaryField(default=b"", help_text="Fingerprints of the unread cells."),
        ),
    ]
