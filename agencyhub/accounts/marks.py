"""Cookies that know a browser again: signed, for one user, worthless after a new password."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from agencyhub.accounts.models import User


@dataclass(frozen=True)
class Mark:
    """One kind of such cookies; ``of`` is the key of what it stands for, and goes with."""

    name: str
    salt: str

    def is_on(self, request: HttpRequest, user: User, *, of: int, lasts: timedelta) -> bool:
        """Whether the browser has it, and had it put there no longer ago than it ``lasts``."""
        name = self._name(user)
        sent = request.get_signed_cookie(name, default=None, salt=self.salt, max_age=lasts)
        return sent is not None and constant_time_compare(sent, self._value(user, of))

    def put(
        self, response: HttpResponse, request: HttpRequest, user: User, *, of: int, lasts: timedelta
    ) -> None:
        """Leave it in the browser that gets the response."""
        response.set_signed_cookie(
            self._name(user),
            self._value(user, of),
            salt=self.salt,
            max_age=int(lasts.total_seconds()),
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )

    def _name(self, user: User) -> str:
        return f"{settings.COOKIE_PREFIX}{self.name}_{user.pk}"

    def _value(self, user: User, of: int) -> str:
        return salted_hmac(self.salt, f"{of}|{user.password}", algorithm="sha256").hexdigest()
