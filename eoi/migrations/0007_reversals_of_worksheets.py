"""Worksheets are taken back by a worker, which notes how far it is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('eoi', '0006_rows_of_worksheets_decided_once'),
        ('imports', '0005_fingerprints_of_unread_cells'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reversal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('working', 'In progress'), ('done', 'Done'), ('given_up', 'Given up')], default='working', max_length=8)),
                ('total', models.PositiveIntegerField(editable=False, help_text='Decisions that stood when it began.')),
                ('reversed', models.PositiveIntegerField(default=0, editable=False)),
                ('refused', models.PositiveIntegerField(default=0, editable=False, help_text='Decisions that stay.')),
                ('named', models.JSONField(default=list, editable=False, help_text='Those that stay, the first of them: decision and why, in English.')),
                ('below', models.BigIntegerField(editable=False, null=True)),
                ('claims', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('alive_at', models.DateTimeField(editable=False, help_text='Last sign of life of its worker.', null=True)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='imports.import')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('run'), condition=models.Q(('state', 'working')), name='worksheet_is_reversed_once_at_a_time')],
            },
        ),
    ]
