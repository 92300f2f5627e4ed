"""Browsers that need no code for a while: a signed cookie each, for one user."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from agencyhub.accounts.models import SecondFactor, User

SALT = "agencyhub.accounts.trusted-browser"
SECONDS_PER_DAY = 24 * 60 * 60


def is_trusted(request: HttpRequest, user: User, factor: SecondFactor) -> bool:
    """Whether this browser gave a code lately, and neither factor nor password changed since."""
    sent = request.get_signed_cookie(_name(user), default=None, salt=SALT, max_age=_max_age())
    return sent is not None and constant_time_compare(sent, _value(user, factor))


def trust(response: HttpResponse, request: HttpRequest, user: User, factor: SecondFactor) -> None:
    """Ask this browser for no code for some days."""
    response.set_signed_cookie(
        _name(user),
        _value(user, factor),
        salt=SALT,
        max_age=_max_age(),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _name(user: User) -> str:
    return f"{settings.COOKIE_PREFIX}trusted_{user.pk}"


def _value(user: User, factor: SecondFactor) -> str:
    return salted_hmac(SALT, f"{factor.pk}|{user.password}", algorithm="sha256").hexdigest()


def _max_age() -> int:
    return settings.TRUSTED_BROWSER_DAYS * SECONDS_PER_DAY
