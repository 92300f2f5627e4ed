from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('eoi_batches', '0002_count_deaths_of_workers'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='batchfile',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('taken', 'deciding', 'reporting', 'refusing'))), fields=('folder',), name='eoi_batch_folder_has_one_file_in_work'),
        ),
    ]
