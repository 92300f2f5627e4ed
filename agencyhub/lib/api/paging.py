"""Pages of an API list: by cursor, so that the last page costs what the first one does."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from agencyhub.lib.pks import read_pk

PAGE_SIZE = 50
LARGEST_PAGE = 200


class RecordCursor(CursorPagination):
    """Rows by primary key; the cursor names a row's key and nothing else of it."""

    ordering = "id"
    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Refuse a cursor that we did not write."""
        cursor: Cursor | None = super().decode_cursor(request)
        position = cursor.position if cursor else None
        if position is not None and read_pk(str(position)) is None:
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the answer; ``next`` and ``previous`` are null at the ends."""
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }
