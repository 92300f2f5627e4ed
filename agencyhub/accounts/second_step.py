"""Between the password and the code: who is half signed in, kept in an anonymous session."""

from typing import Any

from django.conf import settings
from django.contrib.auth import load_backend, login
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User

SESSION_KEY = "half_signed_in"
SECONDS = 10 * 60


def begin(request: HttpRequest, user: Any, *, next_url: str) -> None:
    """Remember for some minutes whose password was right; nobody is signed in yet."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "backend": user.backend,
        "until": int(timezone.now().timestamp()) + SECONDS,
        "next": next_url,
    }


def who(request: HttpRequest) -> User | None:
    """Whose code is asked for; None when nobody's, or no longer."""
    found = request.session.get(SESSION_KEY)
    if not found or timezone.now().timestamp() >= found["until"]:
        return None
    if found["backend"] not in settings.AUTHENTICATION_BACKENDS:
        return None
    user: Any = load_backend(found["backend"]).get_user(found["user"])
    if user is None or not constant_time_compare(user.get_session_auth_hash(), found["hash"]):
        return None
    user.backend = found["backend"]
    known: User = user
    return known


def finish(request: HttpRequest, user: User, *, how: str) -> str:
    """Sign in, and answer where the person wanted to go."""
    next_url: str = request.session.pop(SESSION_KEY)["next"]
    request.signed_in_with = gettext_noop("password and %(how)s") % {"how": how}  # type: ignore[attr-defined]
    login(request, user)
    return next_url
