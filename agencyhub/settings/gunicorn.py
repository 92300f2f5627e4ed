"""gunicorn's settings: ``gunicorn -c python:agencyhub.settings.gunicorn agencyhub.wsgi``."""

import gc
import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
# Two for each processor: while PostgreSQL answers one request, another needs Python, and two that
# meet in one process wait for each other.
workers = int(os.environ.get("WEB_WORKERS") or 2 * (os.cpu_count() or 1))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = int(os.environ.get("WEB_GRACEFUL_SECONDS", "20"))
keepalive = 5
# A long-lived worker is replaced now and then, not all at once.
max_requests = 20_000
max_requests_jitter = 2_000
# Request lines may carry search words: only method, path, status and time are written.
access_log_format = '%(m)s %(U)s %(s)s %(B)s bytes %(M)s ms "%({x-request-id}o)s"'
accesslog = "-" if os.environ.get("ACCESS_LOG") == "1" else None
loglevel = "warning"
control_socket_disable = True


def post_worker_init(_worker: object) -> None:
    """Load every page before the first visitor comes, and keep garbage collection off all that.

    In each process, not before they fork (``preload_app``): a reload by SIGHUP would then go on
    with the old code.
    """
    from agencyhub.lib.warming import warm_up  # noqa: PLC0415 - Django is set up now

    warm_up()
    gc.collect()
    gc.freeze()
