"""Telling how strong a password is while somebody chooses it; nothing of it is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from agencyhub.accounts import strength, throttle
from agencyhub.accounts.models import User
from agencyhub.lib.pages import reads_only
from agencyhub.lib.visitors import address_of

# The names that the forms give to the box of a new password.
BOXES = ("new_password1", "password1", "password")
WHO = ("username", "email", "first_name", "last_name")


@reads_only
@sensitive_post_parameters()
@never_cache
@require_POST
def password_strength(request: HttpRequest) -> HttpResponse:
    """Grade what is typed; whoever chooses a password need not be signed in yet."""
    me = request.user if isinstance(request.user, User) else None
    who = f"user-{me.pk}" if me else address_of(request)
    most = throttle.STRENGTHS_A_MINUTE
    is_too_often = throttle.is_too_often("strength", who, most=most, seconds=throttle.MINUTE)
    typed = next((request.POST[name] for name in BOXES if request.POST.get(name)), "")
    context = {
        "grade": None if is_too_often else strength.grade(typed, user=_chooser(request, me)),
        "is_too_often": is_too_often,
    }
    return render(request, "accounts/_password_strength.html", context)


def _chooser(request: HttpRequest, me: User | None) -> User:
    """Whose password it becomes: who the form names, else who is signed in."""
    if me and "username" not in request.POST:
        return me
    return User(**{name: request.POST.get(name, "")[:150] for name in WHO})
