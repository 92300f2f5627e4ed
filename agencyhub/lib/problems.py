"""RFC 9457 problem documents: how every API endpoint refuses."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from django.http import JsonResponse

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
