"""Bodies of API requests: JSON, of a bounded size and depth."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

LARGEST_BODY = 1024 * 1024


class TooLargeError(APIException):
    """The body is larger than any record."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = f"The body is larger than {LARGEST_BODY // 1024} KiB."


class RecordParser(JSONParser):
    """JSON that a person could have meant."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Read the body."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            msg = "The JSON is nested too deeply."
            raise ParseError(msg) from error


def ensure_small(request: Request, *, most: int = LARGEST_BODY) -> None:
    """Refuse a large body before any of it is read.

    Raises:
        TooLargeError: by its declared length; a body without one is read as empty.
    """
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > most:
        raise TooLargeError(f"The body is larger than {most // 1024} KiB.")
