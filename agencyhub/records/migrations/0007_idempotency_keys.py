from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0006_unknown_values")]

    operations = [
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caller', models.CharField(help_text='The API key or user, as “key-7”.', max_length=40)),
                ('key', models.CharField(max_length=200)),
                ('digest', models.BinaryField(help_text='Keyed digest of the address and the body.')),
                ('record_id', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'indexes': [models.Index(models.F('created_at'), name='idempotency_key_age')],
                'constraints': [models.UniqueConstraint(models.F('caller'), models.F('key'), name='idempotency_key_is_used_once_per_caller')],
            },
        ),
    ]
