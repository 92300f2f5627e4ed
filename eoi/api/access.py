"""Who calls the EOI API: a token of ``/oauth/v2/token``, or the key itself."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from agencyhub.accounts import api_keys, oauth
from agencyhub.accounts.authentication import KeyAuthentication
from agencyhub.accounts.models import ApiKey


class EoiAuthentication(KeyAuthentication):
    """``Authorization: Bearer <token or key>``, or ``X-API-Key: <key>``."""

    scope = ApiKey.Scope.EOI

    def find(self, raw: str) -> ApiKey:
        """Read a key of ours as one, anything else as a token."""
        if raw.startswith(f"{api_keys.START}_"):
            return super().find(raw)
        try:
            return oauth.read_token(raw, scope=self.scope, now=timezone.now())
        except (oauth.ExpiredTokenError, oauth.InvalidTokenError) as error:
            raise api_keys.UnknownKeyError(error.message) from error


class EoiScheme(OpenApiAuthenticationExtension):
    """How the schema describes tokens and keys."""

    target_class = EoiAuthentication
    name = ["eoiToken", "eoiKey"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        """Client credentials, or a header."""
        flow = {"tokenUrl": "/oauth/v2/token", "scopes": {oauth.SCOPE: "Pending EOI"}}
        return [
            {"type": "oauth2", "flows": {"clientCredentials": flow}},
            {
                "type": "apiKey",
                "in": "header",
                "name": "X-API-Key",
                "description": "A key of Settings › API keys, for EOI.",
            },
        ]


class MayRead(BasePermission):
    """The right to see EOI requests; a key of a user has that user's."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask the role."""
        return bool(request.user and request.user.has_perm("eoi.view_eoirequest"))


class MayDecide(BasePermission):
    """The right to record decisions; a key of a user has that user's."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask the role."""
        return bool(request.user and request.user.has_perm("eoi.decide_eoirequest"))
