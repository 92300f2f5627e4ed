import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import agencyhub.lib.db


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("records", "0005_bulk_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UnknownValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=160)),
                ('key', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(agencyhub.lib.db.NameKey('text'), models.Value('')), django.db.models.functions.text.Lower('text')), output_field=models.CharField())),
                ('kind', models.CharField(max_length=24)),
                ('within_id', models.BigIntegerField(default=0)),
                ('state', models.CharField(choices=[('open', 'Open'), ('mapped', 'Mapped'), ('added', 'Added'), ('ignored', 'Ignored')], default='open', max_length=7)),
                ('target_id', models.BigIntegerField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('first_seen_at', models.DateTimeField(auto_now_add=True)),
                ('last_seen_at', models.DateTimeField(auto_now_add=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ValueMention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=60)),
                ('label', models.CharField(max_length=120)),
                ('url', models.CharField(blank=True, max_length=200)),
                ('times', models.BigIntegerField()),
                ('examples', models.JSONField(default=list)),
                ('first_seen_at', models.DateTimeField(auto_now_add=True)),
                ('last_seen_at', models.DateTimeField(auto_now_add=True)),
                ('value', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='records.unknownvalue')),
            ],
        ),
        migrations.CreateModel(
            name='AgentAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=160)),
                ('key', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(agencyhub.lib.db.NameKey('text'), models.Value('')), django.db.models.functions.text.Lower('text')), output_field=models.CharField())),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent')),
            ],
            options={
                'verbose_name_plural': 'agent aliases',
                'constraints': [models.UniqueConstraint(models.F('key'), name='agent_alias_is_unique')],
            },
        ),
        migrations.CreateModel(
            name='OptionAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=160)),
                ('key', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(agencyhub.lib.db.NameKey('text'), models.Value('')), django.db.models.functions.text.Lower('text')), output_field=models.CharField())),
                ('list', models.CharField(max_length=20)),
                ('option', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='records.option')),
            ],
            options={
                'verbose_name_plural': 'option aliases',
                'constraints': [models.UniqueConstraint(models.F('list'), models.F('key'), name='option_alias_is_unique_in_its_list')],
            },
        ),
        migrations.AddIndex(
            model_name='unknownvalue',
            index=models.Index(models.F('kind'), models.F('id'), condition=models.Q(('state', 'open')), name='unknown_value_open'),
        ),
        migrations.AddIndex(
            model_name='unknownvalue',
            index=models.Index(models.F('decided_at'), condition=models.Q(('decided_at__isnull', False)), name='unknown_value_decided'),
        ),
        migrations.AddConstraint(
            model_name='unknownvalue',
            constraint=models.UniqueConstraint(models.F('kind'), models.F('within_id'), models.F('key'), name='unknown_value_is_asked_about_once'),
        ),
        migrations.AddIndex(
            model_name='valuemention',
            index=models.Index(models.F('source'), name='value_mention_source'),
        ),
        migrations.AddConstraint(
            model_name='valuemention',
            constraint=models.UniqueConstraint(models.F('value'), models.F('source'), name='value_is_counted_once_per_source'),
        ),
    ]
