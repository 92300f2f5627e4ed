from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('eoi_batches', '0001_servers_folders_and_files'),
    ]

    operations = [
        migrations.AddField(
            model_name='batchfile',
            name='deaths',
            field=models.PositiveSmallIntegerField(default=0, help_text='How often its worker ended without a word.'),
        ),
        migrations.AlterField(
            model_name='batchfile',
            name='claims',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
