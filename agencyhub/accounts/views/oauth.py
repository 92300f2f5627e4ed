"""The token call of OAuth 2 (RFC 6749 4.4)."""

import base64
import binascii
from http import HTTPStatus
from urllib.parse import unquote_plus

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from agencyhub.accounts import oauth, throttle
from agencyhub.accounts.models import ApiKey
from agencyhub.lib.visitors import address_of

GRANT = "client_credentials"
WRONG_TYPE = f"Send client_assertion_type={oauth.ASSERTION_TYPE}."


@csrf_exempt
@require_POST
@never_cache
def token(request: HttpRequest) -> JsonResponse:
    """Give a token for client credentials: a form, answered with JSON, errors as the RFC has them.

    The client proves itself by id and secret, in the form or as HTTP Basic, or by an assertion.
    """
    if request.POST.get("grant_type") != GRANT:
        return _refuse("unsupported_grant_type", f"Send grant_type={GRANT}.")
    if request.POST.get("scope", oauth.SCOPE) != oauth.SCOPE:
        return _refuse("invalid_scope", f"The only scope is {oauth.SCOPE}.")
    try:
        key = _client(request)
    except oauth.InvalidClientError as refusal:
        if throttle.is_hammering(address_of(request)):
            return _refuse("slow_down", "Too many failures.", HTTPStatus.TOO_MANY_REQUESTS)
        return _refuse(refusal.code, refusal.message, HTTPStatus.UNAUTHORIZED)
    return JsonResponse(
        {
            "access_token": oauth.issue(key),
            "token_type": "Bearer",
            "expires_in": oauth.TOKEN_SECONDS,
            "scope": oauth.SCOPE,
        }
    )


def _client(request: HttpRequest) -> ApiKey:
    now = timezone.now()
    assertion = request.POST.get("client_assertion", "")
    if assertion:
        if request.POST.get("client_assertion_type") != oauth.ASSERTION_TYPE:
            raise oauth.InvalidClientError(WRONG_TYPE)
        host = request.get_host()
        names = (host, host.partition(":")[0], request.build_absolute_uri(request.path))
        return oauth.client_by_assertion(
            assertion, audiences=names, scope=ApiKey.Scope.EOI, now=now
        )
    client_id, secret = _credentials(request)
    return oauth.client_by_secret(
        client_id=client_id, secret=secret, scope=ApiKey.Scope.EOI, now=now
    )


def _credentials(request: HttpRequest) -> tuple[str, str]:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _refuse(
    error: str, description: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST
) -> JsonResponse:
    answer = JsonResponse({"error": error, "error_description": description}, status=status)
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = 'Basic realm="AgencyHub"'
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = "60"
    return answer
