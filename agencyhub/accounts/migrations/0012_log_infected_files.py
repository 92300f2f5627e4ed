from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_find_new_devices_to_tell")]

    operations = [
        migrations.AlterField(
            model_name="accessevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signed_in", "Signed in"),
                    ("new_device", "Signed in with a new device"),
                    ("signed_out", "Signed out"),
                    ("timed_out", "Signed out by time"),
                    ("refused", "Wrong password"),
                    ("locked_out", "Locked out"),
                    ("code_refused", "Wrong code"),
                    ("factor_added", "Second factor set up"),
                    ("factor_removed", "Second factor removed"),
                    ("codes_renewed", "New recovery codes"),
                    ("password_changed", "Password changed"),
                    ("password_reset", "Password set by mail"),
                    ("password_given", "Password set by somebody else"),
                    ("email_changed", "E-mail address changed"),
                    ("view_as_started", "View as started"),
                    ("view_as_ended", "View as ended"),
                    ("role_added", "Role added"),
                    ("role_changed", "Role changed"),
                    ("role_deleted", "Role deleted"),
                    ("user_added", "User added"),
                    ("user_changed", "Rights of a user changed"),
                    ("key_created", "API key made"),
                    ("key_rotated", "API key rotated"),
                    ("key_revoked", "API key revoked"),
                    ("invited", "Invited"),
                    ("invitation_ended", "Invitation revoked"),
                    ("invitation_used", "Invitation accepted"),
                    ("file_refused", "Infected file refused"),
                ],
                max_length=16,
            ),
        ),
    ]
