"""Entity tags: a script changes only what it has seen."""

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request


class StaleError(APIException):
    """The record is not what the script has seen."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "stale"
    default_detail = "The record has changed since you read it. Read it again, then repeat."


class UnseenError(APIException):
    """The script does not say what it has seen."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "if_match_required"
    default_detail = "Send the ETag of the record that you read as If-Match."


def etag_of(shown: Any) -> str:
    """The tag of a record as it is shown to one caller."""
    text = json.dumps(shown, cls=DjangoJSONEncoder, sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the caller has this very state (``If-None-Match``)."""
    return etag in _tags(request, "If-None-Match")


def ensure_seen(request: Request, etag: str) -> None:
    """Let a change through whose ``If-Match`` names the present state.

    Raises:
        UnseenError: there is no such header.
        StaleError: it names another state.
    """
    tags = _tags(request, "If-Match")
    if not tags:
        raise UnseenError
    if etag not in tags and "*" not in tags:
        raise StaleError


def _tags(request: Request, header: str) -> set[str]:
    """The tags of a header; a proxy may have made them weak."""
    found = request.headers.get(header, "").split(",")
    return {tag.strip().removeprefix("W/") for tag in found if tag.strip()}
