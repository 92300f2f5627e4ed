"""Who calls the API: an API key, or somebody who is signed in."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.request import Request

from agencyhub.accounts import api_keys, throttle
from agencyhub.accounts.models import ApiKey, User
from agencyhub.lib.visitors import address_of


class OtherScopeError(PermissionDenied):
    """The key lives, but was made for something else; the words are ours and say what for."""


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer <key>`` or ``X-API-Key``, with a key for the REST API."""

    scope = ApiKey.Scope.API

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Find the key; a key of nobody acts with every right, in nobody's name."""
        raw = _raw_key(request)
        if not raw:
            return None
        try:
            key = self.find(raw)
        except api_keys.WrongScopeError as error:
            raise OtherScopeError(error.message, code=error.code) from error
        except api_keys.UnknownKeyError as error:
            if throttle.is_hammering(address_of(request._request)):
                raise Throttled(wait=throttle.MINUTE) from error
            raise AuthenticationFailed(error.message, code=error.code) from error
        return _user_of(key), key

    def find(self, raw: str) -> ApiKey:
        """Find the live key that reads ``raw``, or raise as ``api_keys.authenticate`` does."""
        return api_keys.authenticate(raw, scope=self.scope, now=timezone.now())

    def authenticate_header(self, request: Request) -> str:
        """Ask for a key where none came."""
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):
    """How the schema describes the key."""

    target_class = KeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """A bearer token."""
        text = "A key of Settings › API keys, for the REST API. `X-API-Key: <key>` works as well."
        return {"type": "http", "scheme": "bearer", "description": text}


def _raw_key(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return bearer or request.headers.get("X-API-Key", "").strip()


def _user_of(key: ApiKey) -> User:
    """The key's user as they are now, for keys are remembered; else one who stands for the agency.

    That one is never stored: what they change is changed by nobody in particular.
    """
    if key.user_id is None:
        return User(username=f"api-key-{key.pk}", is_superuser=True)
    user = User.objects.filter(pk=key.user_id, is_active=True).first()
    if user is None:
        raise AuthenticationFailed(code=api_keys.UnknownKeyError.code)
    return user
