"""The API's documents of individuals and of policies."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from agencyhub.accounts.models import User
from agencyhub.lib.api.schema import IDEMPOTENCY_KEY, LOCATION, STATE, problems, record_schema
from agencyhub.lib.problems import InvalidBodyError
from agencyhub.lib.uploads import MEGABYTE
from agencyhub.records.api.permissions import ADD, CHANGE, VIEW, Rights
from agencyhub.records.api.repeating import OutOfSightError, once
from agencyhub.records.api.serializers import RecordSerializer, refuse_unknown
from agencyhub.records.api.viewsets import RecordViewSet
from agencyhub.records.services import repeats
from documents import owners, serving
from documents.api.filters import DocumentFilters
from documents.models import Document
from documents.owners import INDIVIDUAL, POLICY, Owner
from documents.services import examining, keeping
from documents.services.examining import Examined
from individuals.models import Look
from individuals.services import looks

MULTIPART_ROOM = 64 * 1024


class DocumentSerializer(RecordSerializer):
    """One file of a record."""

    content = serializers.SerializerMethodField(help_text="Path of the file itself.")
    format = serializers.SerializerMethodField(help_text="What it is, in words.")
    sha256 = serializers.SerializerMethodField(help_text="Of the file, in hex.")
    last_valid_day = serializers.DateField(
        read_only=True,
        allow_null=True,
        help_text="Of a Scope of Appointment: 12 months from the day it was signed.",
    )

    class Meta:
        model = Document
        fields = (
            "id", "page", "content", "kind", "name", "format", "media_type", "size", "sha256",
            "signed_date", "last_valid_day", "kept_until", "note", "user", "uploaded_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_page(self, record: Any) -> str:
        """Where people see it."""
        return owners.of(record).list_page(owners.record_pk(record))

    def get_content(self, document: Document) -> str:
        """Where the file is."""
        owner = owners.of(document)
        args = [owners.record_pk(document), document.pk]
        return reverse(f"api:{owner.field}-document-content", args=args)

    def get_format(self, document: Document) -> str:
        """In words."""
        return str(document.format)

    def get_sha256(self, document: Document) -> str:
        """In hex."""
        return bytes(document.sha256).hex()


class UploadSerializer(serializers.Serializer[Any]):
    """A file to keep."""

    file = serializers.FileField(max_length=255)
    kind = serializers.ChoiceField(choices=Document.Kind.choices)
    signed_date = serializers.DateField(required=False)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what nothing is made of."""
        refuse_unknown(data, known=self.fields)
        return super().to_internal_value(data)


def _rights(owner: Owner) -> Rights:
    """Who sees the record sees its documents, and who changes it keeps them."""
    return {VIEW: (owner.view,), ADD: (owner.change,), CHANGE: (owner.change,)}


CREATED = extend_schema(
    summary="Add a document",
    description="PDF, PNG, JPEG, TIFF, Word, Excel without macros, or text, told by the content. A"
    " file that the record has already is not added again: the answer is 200, with that document.",
    parameters=[IDEMPOTENCY_KEY, STATE, LOCATION],
    request={"multipart/form-data": UploadSerializer},
    responses={
        200: OpenApiResponse(DocumentSerializer, description="The record has it already."),
        201: DocumentSerializer,
        **problems(400, 404, 409, 413, 415, 422, 503),
    },
)
CONTENT = extend_schema(
    summary="The file of a document",
    description="As an attachment. Each time is on record.",
    responses={
        (200, "application/octet-stream"): OpenApiResponse(
            OpenApiTypes.BINARY, description="The media type is the document's own."
        ),
        **problems(404, 409),
    },
)


class DocumentViewSet(RecordViewSet):
    """Files of one record; ``owner`` is its kind."""

    model = Document
    noun = "a document"
    owner: ClassVar[Owner]
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilters
    http_method_names = ("get", "post", "head")

    def rows(self, user: User) -> QuerySet[Document]:
        """The documents of one record that the user sees.

        Raises:
            Http404: there is no such record for them.
        """
        self._owning(user)
        return Document.objects.kept().filter(**{self.owner.field: self.kwargs["pk"]})

    def seen(self, records: Sequence[Model]) -> None:
        """Note that the caller has the individual before them."""
        pk = self.owner.individual_of(self._owning(self.user))
        looks.record(
            user=self._caller(), individual_ids=[pk], how=Look.How.API, api_key=self._key()
        )

    def get_parsers(self) -> list[Any]:
        """Files come as forms."""
        is_upload = self.request is not None and self.request.method == "POST"
        return [MultiPartParser()] if is_upload else super().get_parsers()

    def largest_body(self, request: Request) -> int:
        """Files may be as large as on the page."""
        is_upload = request.method == "POST"
        most = settings.DOCUMENT_MAX_MEGABYTES * MEGABYTE + MULTIPART_ROOM
        return most if is_upload else super().largest_body(request)

    def list(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """One page of the record's documents."""
        return super().list(request)

    def retrieve(self, request: Request, pk: int, document_id: int) -> Response:  # type: ignore[override]
        """One document, without its file."""
        return super().retrieve(request, document_id)

    def create(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Keep a file, once for each Idempotency-Key."""
        record = self._owning(self.user)
        reader = UploadSerializer(data=request.data)
        if not reader.is_valid():
            errors: Any = reader.errors
            raise InvalidBodyError(errors)
        values = reader.validated_data
        examined = examining.examine(values["file"], user=self._caller())
        digest = _digest(request.path, values, examined.sha256)
        added: list[keeping.Added] = []
        act = partial(self._add, record, values, examined, added)
        done = once(request, act, digest=digest)
        document = self.get_queryset().filter(pk=done.record_id).first()
        if document is None:
            raise OutOfSightError
        shown, etag = self._show(document)
        location = reverse(f"api:{self.owner.field}-document-detail", args=[pk, document.pk])
        headers = {"ETag": etag, "Location": request.build_absolute_uri(location)}
        if not done.is_new:
            headers["Idempotency-Replayed"] = "true"
        is_known = bool(added and added[0].known)
        return Response(shown, status=200 if is_known else 201, headers=headers)

    @CONTENT
    def content(self, request: Request, pk: int, document_id: int) -> HttpResponseBase:
        """The file itself."""
        document = self._record(self.get_queryset(), document_id)
        return serving.answer(document, user=self._caller(), api_key=self._key())

    def _add(self, record: Any, values: dict[str, Any], one: Examined, added: Any) -> int:
        facts = keeping.Facts(values["kind"], values.get("signed_date"), values["note"])
        with self.recorded("Added documents over the API") as batch:
            done = keeping.add(
                record=record, files=[one], facts=facts, batch=batch, at=timezone.now()
            )
        added.append(done)
        return int((*done.new, *done.known)[0].pk)

    def _owning(self, user: User) -> Any:
        found = self.owner.rows(user).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def _caller(self) -> User | None:
        return self.user if self.user.pk else None

    def _key(self) -> Any:
        return self.request.auth


def _described(prefix: str, one: str) -> Any:
    """The endpoints of one kind of record; ``one`` is its word."""
    many = f"the documents of {one}"
    shared = record_schema(one="a document", many=many, shown=DocumentSerializer)

    def describe(viewset: Any) -> Any:
        named = extend_schema_view(
            list=extend_schema(operation_id=f"{prefix}_documents_list"),
            retrieve=extend_schema(operation_id=f"{prefix}_documents_retrieve"),
            create=extend_schema(operation_id=f"{prefix}_documents_create"),
        )
        told = extend_schema_view(create=CREATED)
        return named(told(shared(viewset)))

    return describe


@_described("individuals", "an individual")
class IndividualDocumentViewSet(DocumentViewSet):
    """Files of an individual."""

    owner = INDIVIDUAL
    rights = _rights(INDIVIDUAL)


@_described("policies", "a policy")
class PolicyDocumentViewSet(DocumentViewSet):
    """Files of a policy."""

    owner = POLICY
    rights = _rights(POLICY)


def _digest(path: str, values: dict[str, Any], sha256: bytes) -> bytes:
    """Tells one upload from another: the file by its bytes, whatever it is called."""
    asked = {name: str(value) for name, value in values.items() if name != "file"}
    text = json.dumps({**asked, "file": sha256.hex()}, sort_keys=True)
    return repeats.digest_of(path, text.encode())
