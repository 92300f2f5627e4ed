from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("accounts", "0010_new_devices")]

    operations = [
        AddIndexConcurrently(
            model_name="accessevent",
            index=models.Index(
                models.F("at"),
                condition=models.Q(
                    kind__in=[
                        *("codes_renewed", "email_changed", "factor_added", "factor_removed"),
                        *("new_device", "password_changed", "password_given", "password_reset"),
                    ]
                ),
                name="access_event_for_mail",
            ),
        ),
        RemoveIndexConcurrently("accessevent", "access_event_to_tell"),
    ]
