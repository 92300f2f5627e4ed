"""The Celery application; its options are the ``CELERY_*`` settings."""

import os
from typing import Any

import structlog
from celery import Celery, Task
from celery.signals import beat_init, setup_logging, task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agencyhub.settings.local")

app = Celery("agencyhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_options: Any) -> None:
    """Leave logging as Django configured it; without this Celery sets up its own."""


@task_prerun.connect
def name_task_in_logs(task_id: str, task: Task, **_options: Any) -> None:
    """Bind the task to every log line written while it runs."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task_id=task_id, task=task.name)


@beat_init.connect
def show_beat_at_once(**_options: Any) -> None:
    """Send the first heartbeat when beat starts, instead of half a minute later."""
    app.send_task("integrations.tasks.beat_heartbeat")
