"""Celery: five queues, late acknowledgement, schedule in code."""

from urllib.parse import parse_qs, urlsplit

from kombu import Exchange, Queue

QUEUES = ("hooks", "default", "imports", "nightly", "mail")
HARD_LIMIT = 15 * 60
# A task unacknowledged for this long is delivered again: keep it above the longest task.
VISIBILITY_TIMEOUT = 2 * 60 * 60

# First match wins. A task not named here runs on "default".
ROUTES = {
    "integrations.tasks.sweep_*": {"queue": "hooks"},
    "integrations.tasks.*_heartbeat": {"queue": "hooks"},
    "integrations.tasks.process_*": {"queue": "hooks"},
    "*.tasks.import_*": {"queue": "imports"},
    "*.tasks.stage_*": {"queue": "imports"},
    "*.tasks.undo_*": {"queue": "imports"},
    "commissions.tasks.*_matches": {"queue": "imports"},
    "commissions.tasks.*_pay": {"queue": "imports"},
    "*.tasks.sync_*": {"queue": "nightly"},
    "*.tasks.nightly_*": {"queue": "nightly"},
    "*.tasks.retrieve_*": {"queue": "nightly"},
    "*.tasks.pick_up_*": {"queue": "nightly"},
    "*.tasks.purge_*": {"queue": "nightly"},
    # Counting for a report may take minutes: no mail waits behind it.
    "agencyhub.home.tasks.send_report": {"queue": "default"},
    "*.tasks.send_*": {"queue": "mail"},
}

SCHEDULE = {
    "sweep-inbox": {"task": "integrations.tasks.sweep_inbox", "schedule": 60.0},
    "sweep-imports": {"task": "agencyhub.imports.tasks.sweep_imports", "schedule": 60.0},
    "sweep-matches": {"task": "commissions.tasks.sweep_matches", "schedule": 60.0},
    "expected-pay": {"task": "commissions.tasks.sweep_pay", "schedule": 60.0},
    "purge-files": {
        "task": "agencyhub.imports.tasks.purge_files",
        "schedule": 24 * 60 * 60.0,
    },
    "purge-documents": {
        "task": "documents.tasks.purge_documents",
        "schedule": 24 * 60 * 60.0,
    },
    "index-people": {"task": "individuals.tasks.index_people", "schedule": 30.0},
    "find-duplicates": {
        "task": "individuals.tasks.nightly_duplicates",
        "schedule": 24 * 60 * 60.0,
    },
    "comtrack-due": {"task": "integrations.comtrack.tasks.nightly_comtrack", "schedule": 60.0},
    "noyo-due": {"task": "integrations.noyo.tasks.sync_noyo", "schedule": 60.0},
    "purge-bodies": {"task": "integrations.tasks.purge_bodies", "schedule": 24 * 60 * 60.0},
    "retrieve-due": {"task": "integrations.carriers.tasks.retrieve_due", "schedule": 120.0},
    "premier-due": {"task": "integrations.premier.tasks.pull_due", "schedule": 120.0},
    "eoi-batches-due": {
        "task": "integrations.eoi_batches.tasks.pick_up_due",
        "schedule": 60.0,
    },
    "send-mail": {"task": "agencyhub.mailing.tasks.send_mail_due", "schedule": 20.0},
    "purge-mail": {"task": "agencyhub.mailing.tasks.purge_mail", "schedule": 24 * 60 * 60.0},
    "purge-access": {"task": "agencyhub.accounts.tasks.purge_access", "schedule": 24 * 60 * 60.0},
    "purge-looks": {"task": "individuals.tasks.purge_looks", "schedule": 24 * 60 * 60.0},
    "purge-idempotency": {
        "task": "agencyhub.records.tasks.purge_idempotency",
        "schedule": 24 * 60 * 60.0,
    },
    "send-digests": {"task": "policies.tasks.send_digests", "schedule": 5 * 60.0},
    "send-reminders": {"task": "policies.tasks.send_binder_reminders", "schedule": 10 * 60.0},
    "send-reports": {"task": "agencyhub.home.tasks.send_reports", "schedule": 5 * 60.0},
    "refresh-risks": {"task": "policies.tasks.refresh_risks", "schedule": 60 * 60.0},
    "commissions-at-risk": {"task": "policies.tasks.nightly_risks", "schedule": 24 * 60 * 60.0},
    "sweep-eoi-reversals": {"task": "eoi.tasks.sweep_reversals", "schedule": 60.0},
    "propose-expiry": {"task": "eoi.tasks.nightly_expiry", "schedule": 24 * 60 * 60.0},
    "deliver-webhooks": {
        "task": "integrations.outgoing.tasks.deliver_webhooks",
        "schedule": 5.0,
    },
    "purge-webhooks": {
        "task": "integrations.outgoing.tasks.purge_webhooks",
        "schedule": 24 * 60 * 60.0,
    },
    "review-incidents": {"task": "integrations.tasks.review_incidents", "schedule": 60.0},
    "purge-incidents": {
        "task": "integrations.tasks.purge_incidents",
        "schedule": 24 * 60 * 60.0,
    },
    "beat-heartbeat": {"task": "integrations.tasks.beat_heartbeat", "schedule": 30.0},
}


def numbered(redis_url: str, *, by: int) -> str:
    """Return the URL of the database ``by`` further on the same server."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        number = int(parse_qs(parts.query).get("db", ["0"])[0]) + by
        return f"unix://{parts.path}?db={number}"
    number = int(parts.path.strip("/") or 0) + by
    return parts._replace(path=f"/{number}").geturl()


def broker_url(redis_url: str) -> str:
    """Turn the cache's URL into the broker's: same server, next database, kombu's spelling.

    ``unix:///run/valkey.sock?db=0`` becomes ``redis+socket:///run/valkey.sock?virtual_host=1``,
    ``redis://host:6379/0`` becomes ``redis://host:6379/1``.
    """
    following = numbered(redis_url, by=1)
    return following.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)


def celery_settings(*, redis_url: str, override: str = "") -> dict[str, object]:
    """Return every ``CELERY_*`` setting for the broker behind ``redis_url``."""
    return {
        "CELERY_BROKER_URL": override or broker_url(redis_url),
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_BROKER_TRANSPORT_OPTIONS": {"visibility_timeout": VISIBILITY_TIMEOUT},
        "CELERY_RESULT_BACKEND": None,
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_RESULT_EXPIRES": None,
        "CELERY_TASK_DEFAULT_QUEUE": "default",
        "CELERY_TASK_QUEUES": [Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
        "CELERY_TASK_CREATE_MISSING_QUEUES": False,
        "CELERY_TASK_ROUTES": ROUTES,
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_TASK_TIME_LIMIT": HARD_LIMIT,
        "CELERY_TASK_SOFT_TIME_LIMIT": HARD_LIMIT - 60,
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_RESULT_SERIALIZER": "json",
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_WORKER_REDIRECT_STDOUTS": False,
        "CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS": True,
        "CELERY_WORKER_SEND_TASK_EVENTS": False,
        "CELERY_BEAT_SCHEDULER": "django_celery_beat.schedulers:DatabaseScheduler",
        "CELERY_BEAT_SCHEDULE": SCHEDULE,
        "CELERY_TIMEZONE": "UTC",
    }
