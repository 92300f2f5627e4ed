"""Who calls the EOI API: a token of ``/oauth/v2/token``, or the key itself."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension

from agencyhub.accounts import api_keys, oauth
from agencyhub.accounts.authentication import KeyAuthentication
from agencyhub.accounts.models import ApiKey
from agencyhub.records.api.permissions import CHANGE, VIEW, Rights


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


RIGHTS: Rights = {VIEW: ("eoi.view_eoirequest",), CHANGE: ("eoi.decide_eoirequest",)}
"""To see EOI requests, and to record decisions; a key of a user has that user's."""
