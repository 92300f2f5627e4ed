"""The API's imports: what was read, what became of it, and a door for files."""

import json
from functools import partial
from typing import Any

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import rows
from agencyhub.imports.services import files, runs
from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.lib.api.schema import IDEMPOTENCY_KEY, LOCATION, STATE, problems, record_schema
from agencyhub.lib.problems import InvalidBodyError
from agencyhub.records.api import permissions
from agencyhub.records.api.repeating import digest_of, once
from agencyhub.records.api.serializers import RecordSerializer, refuse_unknown
from agencyhub.records.api.viewsets import RecordViewSet
from agencyhub.records.services import repeats

RUN, VIEW = "imports.run_import", "imports.view_import"
MULTIPART_ROOM = 64 * 1024


class ImportSerializer(RecordSerializer):
    """One reading of one sheet of a file, with the counts of its rows."""

    rejected_rows = serializers.SerializerMethodField(
        help_text="Path of a CSV file with the rejected rows and why; null where there are none."
    )

    class Meta:
        model = Import
        fields = (
            "id", "page", "kind", "file_name", "sheet", "mode", "state", "problem", "rows", "new",
            "changed", "same", "rejected", "progress", "rejected_rows", "duplicate_of", "batch",
            "user", "created_at", "checked_at", "committed_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_rejected_rows(self, run: Import) -> str | None:
        """Where the rejected rows are."""
        return reverse("api:import-rejected", args=[run.pk]) if run.rejected else None


class UploadSerializer(serializers.Serializer[Any]):
    """A file to import."""

    file = serializers.FileField(max_length=255)
    kind = serializers.ChoiceField(choices=[])
    mode = serializers.ChoiceField(
        choices=Import.Mode.choices, default=Import.Mode.CREATE_AND_UPDATE
    )
    carrier = serializers.CharField(
        max_length=200, required=False, help_text="Whose file it is, where it does not say so."
    )
    unattended = serializers.BooleanField(
        default=False,
        help_text="Import it once it is checked, unless more than 2% of its rows are rejected."
        " Else it waits for “commit”, or for somebody on its page.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(one.key, one.key) for one in kinds.every() if not one.page]

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what nothing is made of."""
        refuse_unknown(data, known=self.fields)
        return super().to_internal_value(data)


class ImportFilters(django_filters.FilterSet):
    """Imports by kind, state and moment."""

    kind = django_filters.CharFilter(label="Key of a kind.")
    user = IdOrNoneFilter(field_name="user", label="An id, or “none”.")
    created_since = django_filters.IsoDateTimeFilter(
        field_name="created_at", lookup_expr="gte", label="Received at this moment or later."
    )

    class Meta:
        model = Import
        fields = ("kind", "state", "user", "created_since")


@record_schema(one="an import", many="imports", shown=ImportSerializer)
class ImportViewSet(RecordViewSet):
    """Files that were imported, or wait for it."""

    model = Import
    noun = "an import"
    serializer_class = ImportSerializer
    filterset_class = ImportFilters
    rights = {
        permissions.VIEW: (RUN, VIEW), permissions.ADD: (RUN,), permissions.CHANGE: (RUN,),
    }  # fmt: skip
    http_method_names = ("get", "post", "head")

    def rows(self, user: User) -> QuerySet[Import]:
        """The user's own imports, or everybody's."""
        return Import.objects.visible_to(user).defer("headers", "totals", "reasons", "mark")

    def get_parsers(self) -> list[Any]:
        """Files come as forms."""
        is_upload = (
            self.request is not None and getattr(self, "action_map", {}).get("post") == "create"
        )
        return [MultiPartParser()] if is_upload else super().get_parsers()

    def largest_body(self, request: Request) -> int:
        """Files may be as large as on the page."""
        is_upload = getattr(self, "action", None) == "create"
        most = settings.UPLOAD_MAX_MEGABYTES * 1024 * 1024 + MULTIPART_ROOM
        return most if is_upload else super().largest_body(request)

    @extend_schema(
        summary="Import a file",
        description="The file is checked in the background; ask for the import until its state is"
        " `checked` (then commit it), `imported`, `mapping` (its columns are not known yet: match"
        " them on its page, once) or `attention`. A file that was read before is a `duplicate`.",
        parameters=[IDEMPOTENCY_KEY, STATE, LOCATION],
        request={"multipart/form-data": UploadSerializer},
        responses={201: ImportSerializer, **problems(400, 409, 413, 415, 422, 503)},
    )
    def create(self, request: Request) -> Response:
        """Receive a file, once for each Idempotency-Key."""
        reader = UploadSerializer(data=request.data)
        if not reader.is_valid():
            errors: Any = reader.errors
            raise InvalidBodyError(errors)
        values = reader.validated_data
        allowed = {one.key for one in kinds.allowed(self.user)}
        if values["kind"] not in allowed:
            raise PermissionDenied
        content, user = values["file"], self.user if self.user.pk else None
        examined = files.examine(content=content, name=content.name, user=user)
        digest = _digest(request.path, values, examined.sha256)
        done = once(request, partial(self._receive, values, examined), digest=digest)
        return self._created(self._again(done.record_id), {})

    def _receive(self, values: dict[str, Any], examined: files.Examined) -> int:
        options = {"carrier": values.get("carrier", ""), runs.UNATTENDED: values["unattended"]}
        run = files.receive(
            content=examined,
            name=values["file"].name,
            kind=values["kind"],
            mode=values["mode"],
            user=self.user if self.user.pk else None,
            options={name: value for name, value in options.items() if value},
        )
        return run.pk

    @extend_schema(
        summary="Import the rows of a checked file",
        parameters=[IDEMPOTENCY_KEY, STATE],
        request=None,
        responses={200: ImportSerializer, **problems(404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def commit(self, request: Request, pk: int) -> Response:
        """Bring the checked rows into the records, in the background; once for each key."""
        self._record(self.get_queryset(), pk)

        def act() -> int:
            runs.start_commit(import_id=pk, user=self.user if self.user.pk else None)
            return pk

        once(request, act, digest=digest_of(request))
        shown, etag = self._show(self._again(pk))
        return Response(shown, headers={"ETag": etag})

    @extend_schema(
        summary="The rejected rows of an import, as CSV",
        description="Each with its line and what is wrong: correct it and import the file.",
        responses={
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, description="UTF-8"),
            **problems(404),
        },
    )
    @action(detail=True, methods=["get"])
    def rejected(self, request: Request, pk: int) -> HttpResponseBase:
        """The rows that could not be taken."""
        run = self._record(self.get_queryset(), pk)
        answer = StreamingHttpResponse(
            rows.rejected_csv(run), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="rejected_rows_{run.pk}.csv"'
        return answer


def _digest(path: str, values: dict[str, Any], sha256: bytes) -> bytes:
    """Tells one upload from another: the file by its bytes, whatever it is called."""
    asked = {name: str(value) for name, value in values.items() if name != "file"}
    text = json.dumps({**asked, "file": sha256.hex()}, sort_keys=True)
    return repeats.digest_of(path, text.encode())
