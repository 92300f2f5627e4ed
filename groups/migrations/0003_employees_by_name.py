from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0002_uncovered_ssns")]

    operations = [
        migrations.AddIndex(
            model_name="employee",
            index=models.Index(
                models.F("last_name_key"),
                models.F("first_name_key"),
                models.F("id"),
                name="employee_name",
            ),
        ),
    ]
