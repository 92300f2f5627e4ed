"""Lets somebody see the product with another user's rights, for a while and changing nothing."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.accounts.services import viewing
from agencyhub.accounts.sessions import SAFE
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import render_page
from agencyhub.lib.visitors import visit_of

Handler = Callable[[HttpRequest], HttpResponse]
SESSION_KEY = "view_as"
MINUTES = 30
# What may be posted all the same: to be oneself again, to leave, and to say that one is there.
STAY_OPEN = {
    "accounts:view_as_end",
    "accounts:logout",
    "admin:logout",
    "accounts:session_state",
}


def start(request: HttpRequest, user: User) -> None:
    """See the product as ``user`` from the next page on.

    Raises:
        MayNotViewAsError, MayNotManageError: see ``services.viewing``.
    """
    viewing.start(actor=request.user, user=user, visit=visit_of(request))  # type: ignore[arg-type]
    until = int(timezone.now().timestamp()) + MINUTES * 60
    request.session[SESSION_KEY] = {"user": user.pk, "until": until}


def end(request: HttpRequest) -> int | None:
    """Be oneself again, from the next page on; answer who it was."""
    found = request.session.pop(SESSION_KEY, None)
    if found is None:
        return None
    actor: Any = getattr(request.user, "acted_by", None) or request.user
    user = User.objects.filter(pk=found["user"]).first()
    viewing.end(actor=actor, user=user, visit=visit_of(request))
    return int(found["user"])


class ViewAsMiddleware:
    """Put the other user into the place of the one who is signed in, and refuse every change."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor: Any = request.user if SESSION_KEY in request.session else None
        if actor is None or not actor.is_authenticated:
            return self.get_response(request)
        other = _other(request, actor)
        if other is None:
            end(request)
            return redirect("accounts:user_list")
        other.acted_by = actor
        request.user = other
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Let nothing through that could change something."""
        if request.method in SAFE or getattr(view, "reads_only", False):
            return None
        match = request.resolver_match
        if not getattr(request.user, "acted_by", None) or (match and match.view_name in STAY_OPEN):
            return None
        return render_page(request, "accounts/view_as_refused.html", {}, status=403)


def _other(request: HttpRequest, actor: User) -> User | None:
    """Who is seen as, while time and rights permit; asked again for each page."""
    found = request.session[SESSION_KEY]
    other: Any = ModelBackend().get_user(found["user"])
    if other is None or timezone.now().timestamp() >= found["until"]:
        return None
    try:
        viewing.ensure_may_view_as(actor, other)
    except DomainError:
        return None
    return other
