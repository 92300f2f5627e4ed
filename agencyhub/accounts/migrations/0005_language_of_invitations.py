from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_language_of_users'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='language',
            field=models.CharField(choices=[('en-us', 'English'), ('es', 'Español')], db_default='en-us', default='en-us', help_text="Of the e-mail, and of the new user's pages.", max_length=5),
        ),
    ]
