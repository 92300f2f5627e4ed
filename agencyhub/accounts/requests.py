"""What pages know of a request of somebody who is signed in, and who may open them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from agencyhub.accounts.models import User
from agencyhub.lib.pages import HtmxRequest

View = Callable[..., HttpResponse]


class SignedInRequest(HtmxRequest):
    """A request that ``login_required`` let through."""

    user: User


def any_permission(*names: str) -> Callable[[View], View]:
    """Let in whoever has one of the permissions; others get 403, strangers the sign-in page."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def checked(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not any(request.user.has_perm(name) for name in names):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate
