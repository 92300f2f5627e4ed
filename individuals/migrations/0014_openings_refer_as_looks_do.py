from django.conf import settings
from django.db import migrations, models
from django.db.models import deletion


class Migration(migrations.Migration):
    """Openings are only added: as for looks, no foreign key is checked when one is written."""

    reviewed = {
        "rewrites_or_scans_a_column": "Foreign keys and their indexes are dropped: no row is read,"
        " and the columns stay as they are."
    }

    dependencies = [
        ("accounts", "0012_log_infected_files"),
        ("individuals", "0013_openings_of_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="look",
            name="individual",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=deletion.DO_NOTHING,
                related_name="+",
                to="individuals.individual",
            ),
        ),
        migrations.AlterField(
            model_name="opening",
            name="api_key",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=deletion.DO_NOTHING,
                related_name="+",
                to="accounts.apikey",
            ),
        ),
        migrations.AlterField(
            model_name="opening",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="Who sat there; nobody when an API key of the whole agency asked.",
                null=True,
                on_delete=deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="opening",
            name="viewing_as",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="Whose rights they used, when these were not their own.",
                null=True,
                on_delete=deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
