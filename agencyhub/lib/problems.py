"""RFC 9457 problem documents: how every API endpoint refuses."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    JsonResponse,
)
from django.http.multipartparser import MultiPartParserError
from django.template import loader
from django.views import defaults
from rest_framework import status as statuses
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from agencyhub.lib.errors import DomainError, TryAgainError

CONTENT_TYPE = "application/problem+json"
# Seconds after which it is worth to ask again when the database was away.
RETRY_AFTER = "5"


class InvalidBodyError(ValidationError):
    """The body is readable, but some of its fields are not acceptable."""

    status_code = statuses.HTTP_422_UNPROCESSABLE_ENTITY


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


def is_for_programs(request: HttpRequest) -> bool:
    """Whether a program asks, and no person."""
    return request.path.startswith(("/api/", "/hooks/"))


def unavailable() -> JsonResponse:
    """Say that something we need is away, and when to ask again."""
    detail = "The database cannot be reached just now. Nothing was done; send it again."
    return problem(503, code="unavailable", detail=detail, headers={"Retry-After": RETRY_AFTER})


def broken() -> JsonResponse:
    """Say that we are at fault, and nothing of what it was."""
    detail = "Something is broken on our side. It is on record; send it again later."
    return problem(500, code="error", detail=detail)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """``handler400``: what is refused before any view is asked, such as another host's name.

    Django's own looks for a token in the form; the form may be what cannot be read.
    """
    if is_for_programs(request):
        return problem(400, code="bad_request", detail=HTTPStatus.BAD_REQUEST.description)
    return HttpResponseBadRequest(loader.get_template("400.html").render())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler404``: programs get a problem document, people a page."""
    if is_for_programs(request):
        detail = HTTPStatus.NOT_FOUND.description
        return problem(404, code=NotFound.default_code, detail=detail)
    try:
        return defaults.page_not_found(request, exception)
    except (BadRequest, MultiPartParserError, SuspiciousOperation) as unreadable:
        return bad_request(request, unreadable)


def handle(error: Exception, context: Mapping[str, object]) -> JsonResponse | None:
    """REST framework's exception handler: every refusal of an API view is a problem document."""
    if isinstance(error, DomainError):
        return _refusal(error)
    if isinstance(error, OperationalError):
        return unavailable()
    answer = exception_handler(error, dict(context))
    if answer is None:
        return None
    headers = {name: value for name, value in answer.items() if name != "Content-Type"}
    return problem(
        answer.status_code,
        code=_code_of(error),
        detail=_detail_of(error, answer.status_code),
        errors=_flat(error.detail) if isinstance(error, ValidationError) else (),
        headers=headers,
    )


def _refusal(error: DomainError) -> JsonResponse:
    """Say why the rules refuse, or when to ask again."""
    found = {"field": error.field or "", "code": error.code, "detail": error.message}
    is_passing = isinstance(error, TryAgainError)
    return problem(
        503 if is_passing else 409,
        code=error.code,
        detail=error.message,
        errors=[found] if error.field else [],
        headers={"Retry-After": RETRY_AFTER} if is_passing else None,
    )


def _code_of(error: Exception) -> str:
    """The code that was given where the error was raised, else the class's own."""
    if isinstance(error, Http404):
        return NotFound.default_code
    code = getattr(getattr(error, "detail", None), "code", None)
    return str(code or getattr(error, "default_code", "error"))


def _detail_of(error: Exception, status: int) -> str:
    """Our own words; the framework's may quote what was sent."""
    if isinstance(error, InvalidBodyError):
        return "Some fields cannot be accepted; see the errors."
    if isinstance(error, ValidationError):
        return "Some parameters cannot be understood; see the errors."
    if status == HTTPStatus.UNAUTHORIZED:
        return "Send a key that lives, as Authorization: Bearer <key>."
    if type(error).__module__.startswith("agencyhub."):
        return str(error)
    if status == HTTPStatus.FORBIDDEN:
        return "The caller has no right to this."
    return HTTPStatus(status).description or HTTPStatus(status).phrase


def _flat(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Every error of a nested answer, with the path of its field."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = name != api_settings.NON_FIELD_ERRORS_KEY
            yield from _flat(inner, f"{path}.{name}".strip(".") if own else path)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, path)
    else:
        yield {"field": path, "code": str(detail.code), "detail": str(detail)}
