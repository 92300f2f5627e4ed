"""The page for what went wrong on our side: broken, or only away for a moment."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from redis.exceptions import RedisError

from agencyhub.lib import problems
from agencyhub.lib.problems import RETRY_AFTER


def server_error(request: HttpRequest) -> HttpResponse:
    """Say 503 while PostgreSQL or Valkey is away, so that proxies and people try again; else 500.

    Rendered without context or database; programs get a problem document.
    """
    is_away = isinstance(sys.exc_info()[1], OperationalError | RedisError)
    if problems.is_for_programs(request):
        return problems.unavailable() if is_away else problems.broken()
    if is_away:
        text = loader.get_template("503.html").render()
        return HttpResponse(text, status=503, headers={"Retry-After": RETRY_AFTER})
    return HttpResponse(loader.get_template("500.html").render(), status=500)
