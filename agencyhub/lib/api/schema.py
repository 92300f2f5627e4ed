"""What every endpoint's description has in common."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework import serializers

from agencyhub.lib.problems import CONTENT_TYPE


class FieldProblemSerializer(serializers.Serializer[Any]):
    """What is wrong with one field; the value is never quoted."""

    field = serializers.CharField(help_text="Blank: the request as a whole.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem document."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """Add ``errors``, a name that the class itself needs."""
        return {**super().get_fields(), "errors": FieldProblemSerializer(many=True)}


Shown = type[serializers.BaseSerializer[Any]]
EVERYWHERE = (401, 403, 429)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the record as you read it; `*` takes any.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="An ETag: 304 if it still holds."
)
STATE = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    required=True,
    response=[200, 201],
    description="Names this state of the record.",
)
LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.URI,
    OpenApiParameter.HEADER,
    required=True,
    response=[201],
    description="Where the record is.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": 200},
    OpenApiParameter.HEADER,
    description="Your own name for this creation: the same request again within 24 hours creates"
    " nothing and answers with the record.",
)


def record_schema(
    *, one: str, many: str, shown: Shown, created: Shown | None = None
) -> Callable[[Any], Any]:
    """Describe the endpoints of a kind of record; ``one`` and ``many`` are its words."""
    return extend_schema_view(
        list=extend_schema(summary=f"List {many}", responses={200: shown, **problems(400, 404)}),
        retrieve=extend_schema(
            summary=f"Show {one}",
            parameters=[IF_NONE_MATCH, STATE],
            responses={
                200: OpenApiResponse(shown, description="The header ETag names this state."),
                304: OpenApiResponse(description="You have this state already."),
                **problems(404),
            },
        ),
        create=extend_schema(
            summary=f"Create {one}",
            parameters=[IDEMPOTENCY_KEY, STATE, LOCATION],
            responses={201: created or shown, **problems(400, 409, 413, 415, 422)},
            request=shown,
        ),
        update=extend_schema(
            summary=f"Replace {one}",
            description="What is left out becomes blank.",
            parameters=[IF_MATCH, STATE],
            responses={200: shown, **problems(*CHANGE_REFUSALS)},
            request=shown,
        ),
        partial_update=extend_schema(
            summary=f"Change some fields of {one}",
            parameters=[IF_MATCH, STATE],
            responses={200: shown, **problems(*CHANGE_REFUSALS)},
            request=shown,
        ),
    )


def search_schema(*, many: str, wanted: Shown, shown: Shown) -> Callable[[Any], Any]:
    """Describe a search by what must not stand in an address."""
    return extend_schema(
        summary=f"Search {many} by personal data",
        description="Everything given must fit. At most 50 records, those with the lowest ids.",
        request=wanted,
        responses={200: shown, **problems(400, 413, 415, 422)},
    )


CHANGE_REFUSALS = (400, 404, 409, 412, 413, 415, 422, 428)


def problems(*statuses: int) -> dict[tuple[int, str], Any]:
    """The refusals of an endpoint, besides those that every one has."""
    return {(status, CONTENT_TYPE): ProblemSerializer for status in (*EVERYWHERE, *statuses)}
