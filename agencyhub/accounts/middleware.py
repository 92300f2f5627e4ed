"""Middleware about the person who is signed in."""

import zoneinfo
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from agencyhub.lib.pages import HtmxRequest

Handler = Callable[[HttpRequest], HttpResponse]


class TimeZoneMiddleware:
    """Show times in the user's own zone; without a session, in the agency's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(_zone(request.user.time_zone)):
            return self.get_response(request)


class SignInAgainMiddleware:
    """Send the whole page to the sign-in when a session ended, not the fragment htmx asked for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HtmxRequest) -> HttpResponse:
        response = self.get_response(request)
        to = response.get("Location", "")
        if not request.htmx or urlsplit(to).path != resolve_url(settings.LOGIN_URL):
            return response
        page = request.htmx.current_url_abs_path or "/"
        return HttpResponseClientRedirect(f"{urlsplit(to).path}?{urlencode({'next': page})}")


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
