"""How long a sign-in lasts: half an hour without a sign of life, and half a day altogether.

The session keeps two moments, in seconds: when somebody signed in, and when they were last seen.
The second is written once a minute at the most, so that reading pages costs no writes.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone

from agencyhub.accounts import session_clock
from agencyhub.accounts.models import AccessEvent, User
from agencyhub.accounts.services import access, open_sessions
from agencyhub.accounts.session_clock import SEEN_AT, SIGNED_IN_AT
from agencyhub.lib.visitors import visit_of

Handler = Callable[[HttpRequest], HttpResponse]

# The key under which the list of open sessions has this one: a new password gives it another.
LISTED_AS = "listed_as"
WRITTEN_EVERY = 60
# What htmx asks for by itself (a poll, a part that loads late) is no sign of life.
BACKGROUND = "X-Background"
SAFE = ("GET", "HEAD", "OPTIONS")


def start(request: HttpRequest, user: User) -> None:
    """Begin to count, at a sign-in."""
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = _now()
    enlist(request, user)


def enlist(request: HttpRequest, user: User) -> None:
    """Put the session on the list of the user's open ones, unless it stands there."""
    if request.session.session_key is None:  # somebody else was signed in here before
        request.session.create()
    key: Any = request.session.session_key
    if request.session.get(LISTED_AS) != key:
        open_sessions.enlist(user=user, session_key=key, visit=visit_of(request))
        request.session[LISTED_AS] = key


def touch(request: HttpRequest) -> None:
    """Count from now on again: the person is there."""
    request.session[SEEN_AT] = _now()


def seconds_left(request: HttpRequest) -> int:
    """How long the session lasts if nobody does anything; 0 or less when it has ended."""
    return session_clock.seconds_left(request.session, now=_now())


class SessionLimitsMiddleware:
    """End sessions that are over, and note that somebody is there."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        if seconds_left(request) <= 0:
            return self._ended(request)
        now = _now()
        is_sign_of_life = BACKGROUND not in request.headers
        if is_sign_of_life and now - request.session.get(SEEN_AT, 0) >= WRITTEN_EVERY:
            request.session.setdefault(SIGNED_IN_AT, now)
            touch(request)
            enlist(request, getattr(request.user, "acted_by", None) or request.user)
        return self.get_response(request)

    def _ended(self, request: HttpRequest) -> HttpResponse:
        """Sign out, answer as to a stranger, and let the sign-in page say what happened."""
        user: Any = request.user
        access.note(AccessEvent.Kind.TIMED_OUT, user=user, visit=visit_of(request))
        request.signed_out_by_time = True  # type: ignore[attr-defined]
        logout(request)
        response = self.get_response(request)
        to = urlsplit(response.get("Location", ""))
        if to.path == resolve_url(settings.LOGIN_URL):
            query = dict(parse_qsl(to.query))
            is_lost = request.method not in SAFE
            if is_lost:
                query["next"] = _page_before(request)
            query["ended"] = "unsaved" if is_lost else "idle"
            response["Location"] = f"{to.path}?{urlencode(query)}"
        return response


def _page_before(request: HttpRequest) -> str:
    """The page of ours that something was posted from; it can be opened again."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return "/"
    return page._replace(scheme="", netloc="").geturl()


def _now() -> int:
    return int(timezone.now().timestamp())
