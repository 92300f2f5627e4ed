"""RFC 9457 problem documents: how every API endpoint refuses."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from django.http import JsonResponse
from rest_framework.views import exception_handler

from agencyhub.lib.errors import DomainError

CONTENT_TYPE = "application/problem+json"


def problem(
    status: int,
    *,
    code: str,
    detail: str,
    errors: Iterable[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """Answer with a problem document; ``errors`` are ``{"field", "code", "detail"}``."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "errors": list(errors),
    }
    return JsonResponse(document, status=status, content_type=CONTENT_TYPE, headers=headers)


def handle(error: Exception, context: Mapping[str, object]) -> JsonResponse | None:
    """REST framework's exception handler: every refusal of an API view is a problem document."""
    if isinstance(error, DomainError):
        found = {"field": error.field or "", "code": error.code, "detail": error.message}
        return problem(
            409, code=error.code, detail=error.message, errors=[found] if error.field else []
        )
    answer = exception_handler(error, dict(context))
    if answer is None:
        return None
    code = getattr(error, "default_code", "error")
    detail = HTTPStatus(answer.status_code).description or HTTPStatus(answer.status_code).phrase
    headers = {name: value for name, value in answer.items() if name != "Content-Type"}
    return problem(answer.status_code, code=str(code), detail=detail, headers=headers)
