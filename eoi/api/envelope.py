"""The answers that PlanSource's callers expect: one envelope for success, one for failure.

Source: reference/groups_eoi.md B2, read 2026-11-22.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from agencyhub.lib.api.parsing import TooLargeError

_WORDS = {
    HTTPStatus.BAD_REQUEST: "There was a problem in the JSON you submitted",
    HTTPStatus.UNAUTHORIZED: "Token is invalid",
    HTTPStatus.FORBIDDEN: "Forbidden",
    HTTPStatus.NOT_FOUND: "Employee not found",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: str(TooLargeError.default_detail),
}
INVALID_TOKEN = "invalid_token"  # noqa: S105 - the word for a bad one


class MissingParameterError(exceptions.APIException):
    """The body lacks what the call is about."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "parameter_missing"

    def __init__(self, name: str) -> None:
        super().__init__(f"Parameter '{name}' is required")


def success(data: Any) -> Response:
    """Answer 200; rows that failed are told inside of ``data``."""
    return Response({"status": "success", "data": data})


def failure(status: int, message: str, *, code: str | int, **headers: str) -> JsonResponse:
    """Refuse the whole call."""
    errors = {"http_status": status, "message": message, "details": None, "error_code": code}
    body = {"status": "failure", "errors": errors, "data": []}
    return JsonResponse(body, status=status, headers=headers)


def handle(error: Exception, context: Mapping[str, object]) -> JsonResponse | None:
    """Turn what REST framework raises into the envelope."""
    answer = exception_handler(error, dict(context))
    if answer is None:
        return None
    status = answer.status_code
    message = _WORDS.get(HTTPStatus(status), HTTPStatus(status).phrase)
    if isinstance(error, (MissingParameterError, exceptions.AuthenticationFailed)):
        message = str(error.detail)
    headers = {
        name: value for name, value in answer.items() if name in ("Retry-After", "WWW-Authenticate")
    }
    return failure(status, message, code=_code(error, status), **headers)


def _code(error: Exception, status: int) -> str | int:
    if status == HTTPStatus.UNAUTHORIZED:
        return INVALID_TOKEN
    if isinstance(error, Http404):
        return status
    plain = (exceptions.ParseError, exceptions.NotFound, exceptions.PermissionDenied)
    if isinstance(error, plain):
        return status
    return re.sub(r"\W+", "_", str(getattr(error, "default_code", status)))


def no_such_route(request: HttpRequest, **_path: str) -> JsonResponse:
    """Say that nothing is at an address below ``/v2/``."""
    message = f"Requested route '{request.path}' not found"
    return failure(HTTPStatus.NOT_FOUND, message, code="route_not_found")
