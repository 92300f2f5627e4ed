"""Middleware about the person who is signed in."""

import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from agencyhub.accounts.services import factors
from agencyhub.lib.pages import HtmxRequest, redirect_page

Handler = Callable[[HttpRequest], HttpResponse]
STAY_OPEN = {"accounts:second_factor_setup", "accounts:session_state", "accounts:logout"}


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
        to = urlsplit(response.get("Location", ""))
        if not request.htmx or to.path != resolve_url(settings.LOGIN_URL):
            return response
        query = {"next": request.htmx.current_url_abs_path or "/"}
        if ended := parse_qs(to.query).get("ended"):
            query["ended"] = ended[0]
        return HttpResponseClientRedirect(f"{to.path}?{urlencode(query)}")


class SecondFactorMiddleware:
    """Lead people to set up the second factor that a role of theirs wants.

    During the days of grace the frame of every page says so; after them no other page opens. Who
    has a factor was asked for it at the sign-in.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse every page but a few when the time is over."""
        if not getattr(request.user, "is_second_factor_missing", False):
            return None
        now = timezone.now()
        match = request.resolver_match
        if now < factors.due_at(request.user, at=now) or (match and match.view_name in STAY_OPEN):  # type: ignore[arg-type]
            return None
        return redirect_page(request, "accounts:second_factor_setup")


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
