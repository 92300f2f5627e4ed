from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policies", "0019_facts_are_what_was_said_before")]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="digest",
            field=models.BigIntegerField(
                editable=False,
                help_text="Of the statement of this moment, if it said all that is newest.",
                null=True,
            ),
        ),
    ]
