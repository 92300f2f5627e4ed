from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("accounts", "0008_open_sessions_and_new_kinds")]

    operations = [
        AddIndexConcurrently(
            model_name="accessevent",
            index=models.Index(
                models.F("at"),
                condition=models.Q(
                    kind__in=[
                        *("codes_renewed", "email_changed", "factor_added", "factor_removed"),
                        *("password_changed", "password_given", "password_reset"),
                    ]
                ),
                name="access_event_to_tell",
            ),
        ),
    ]
