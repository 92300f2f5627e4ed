"""Browsers that need no code for a while: a signed cookie each, for one user."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from agencyhub.accounts.marks import Mark
from agencyhub.accounts.models import SecondFactor, User

TRUSTED = Mark("trusted", "agencyhub.accounts.trusted-browser")


def is_trusted(request: HttpRequest, user: User, factor: SecondFactor) -> bool:
    """Whether this browser gave a code lately, and neither factor nor password changed since."""
    return TRUSTED.is_on(request, user, of=factor.pk, lasts=_lasts())


def trust(response: HttpResponse, request: HttpRequest, user: User, factor: SecondFactor) -> None:
    """Ask this browser for no code for some days."""
    TRUSTED.put(response, request, user, of=factor.pk, lasts=_lasts())


def _lasts() -> timedelta:
    return timedelta(days=settings.TRUSTED_BROWSER_DAYS)
