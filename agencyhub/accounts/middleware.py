"""Middleware about the person who is signed in."""

import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from agencyhub.accounts.models import User
from agencyhub.accounts.services import factors
from agencyhub.lib.pages import HtmxRequest, redirect_page

Handler = Callable[[HttpRequest], HttpResponse]
SET_UP = "accounts:second_factor_setup"
UNASKED = {"accounts:session_state", "accounts:logout"}
HAS_FACTOR = "has_second_factor"


class TimeZoneMiddleware:
    """Show times in the user's own zone; without a session, in the agency's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(_zone(request.user.time_zone)):
            return self.get_response(request)


class LanguageMiddleware:
    """Speak the user's language; before the sign-in, the one chosen there or the browser's.

    While somebody views the product as another user, their own language stays. The REST API
    speaks English.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language, varies_on = _language(request)
        with translation.override(language):
            response = self.get_response(request)
        if varies_on:  # of nothing, Django would make a header that begins with a comma
            patch_vary_headers(response, varies_on)
        response.headers.setdefault("Content-Language", language)
        return response


class SignInAgainMiddleware:
    """Send the whole page to the sign-in when a session ended, not the fragment htmx asked for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HtmxRequest) -> HttpResponse:
        response = self.get_response(request)
        to = urlsplit(response.get("Location", ""))
        if not request.htmx or to.path != resolve_url(settings.LOGIN_URL):
            return response
        query = {"next": _page_of(request)}
        if ended := parse_qs(to.query).get("ended"):
            query["ended"] = ended[0]
        return HttpResponseClientRedirect(f"{to.path}?{urlencode(query)}")


def _page_of(request: HtmxRequest) -> str:
    """The page that htmx says it is on, else the dashboard."""
    try:
        return request.htmx.current_url_abs_path or "/"
    except ValueError:  # no address
        return "/"


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
        user: Any = request.user
        match = request.resolver_match
        name = match.view_name if match else ""
        if name in UNASKED or not user.is_authenticated or not _is_factor_missing(request, user):
            return None
        user.is_second_factor_missing = True
        now = timezone.now()
        if now < factors.due_at(user, at=now) or name == SET_UP:
            return None
        return redirect_page(request, SET_UP)


def _is_factor_missing(request: HttpRequest, user: User) -> bool:
    """Whether a role wants what the user has not.

    The roles are read once for the whole request, which needs them anyway; that there is a factor
    is kept in the session.
    """
    if request.session.get(HAS_FACTOR) or not any(one.requires_second_factor for one in user.roles):
        return False
    if factors.of(user) is None:
        return True
    request.session[HAS_FACTOR] = True
    return False


def _language(request: HttpRequest) -> tuple[str, tuple[str, ...]]:
    """The language of the answer, and which headers of the request decided."""
    if request.path_info.startswith("/api/"):
        return settings.LANGUAGE_CODE, ()
    user: Any = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if user is None or not user.is_authenticated:
        return translation.get_language_from_request(request), ("Cookie", "Accept-Language")
    return (user.acted_by or user).language, ("Cookie",)


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
