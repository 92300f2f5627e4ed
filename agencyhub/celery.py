"""The Celery application; its options are the ``CELERY_*`` settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agencyhub.settings.local")

app = Celery("agencyhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
