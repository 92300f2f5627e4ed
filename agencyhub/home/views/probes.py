"""What load balancers and monitoring ask: alive, ready, and how much waits."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from agencyhub.home import health, metrics

LOOPBACK = {"127.0.0.1", "::1"}
UNAVAILABLE = 503


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Everything the product needs works; otherwise 503 and the names of what does not."""
    failing = health.failing(now=timezone.now())
    if failing:
        return JsonResponse({"status": "failing", "failing": failing}, status=UNAVAILABLE)
    return JsonResponse({"status": "ok", "failing": []})


@never_cache
@require_safe
def metrics_text(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics, for those who hold the token and for this machine itself."""
    if not (_has_token(request) or _is_local(request)):
        return HttpResponse("Send the metrics token.\n", status=403, content_type="text/plain")
    return HttpResponse(metrics.text(now=timezone.now()), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and secrets.compare_digest(sent.encode(), wanted.encode())


def _is_local(request: HttpRequest) -> bool:
    """From this machine, and not passed on by a proxy that runs on it."""
    is_forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not is_forwarded
