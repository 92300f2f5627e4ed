"""How often one caller may call."""

import time

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from agencyhub.lib.counters import count_up

MINUTE = 60


class CallerThrottle(BaseThrottle):
    """``API_CALLS_A_MINUTE`` for each key, and for each person who is signed in."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the call."""
        minute = int(time.time()) // MINUTE
        count = count_up(f"api-{caller(request)}-{minute}", seconds=MINUTE)
        return count <= settings.API_CALLS_A_MINUTE

    def wait(self) -> float:
        """Until the next minute."""
        return MINUTE - time.time() % MINUTE


def caller(request: Request) -> str:
    """Name who calls without saying who they are: "key-7", or "user-3"."""
    return f"key-{request.auth.pk}" if request.auth else f"user-{request.user.pk}"
