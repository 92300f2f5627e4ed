from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policies", "0020_digest_of_what_was_said")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="first_import_id",
            field=models.BigIntegerField(
                editable=False, help_text="The import whose file told of it first.", null=True
            ),
        ),
        migrations.AddField(
            model_name="paymentfact",
            name="replaced_by_import_id",
            field=models.BigIntegerField(
                editable=False, help_text="The import whose file said something else.", null=True
            ),
        ),
    ]
