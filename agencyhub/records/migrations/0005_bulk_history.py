import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0004_fast_name_key'),
    ]

    operations = [
        migrations.CreateModel(
            name='InsertedRange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63)),
                ('first_id', models.BigIntegerField()),
                ('last_id', models.BigIntegerField()),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ranges', to='records.batch')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('table_name'), models.F('first_id'), name='inserted_range_starts_once_per_table'), models.CheckConstraint(condition=models.Q(('last_id__gte', models.F('first_id'))), name='inserted_range_is_not_empty')],
            },
        ),
    ]
