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
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from agencyhub.accounts.models import User
from agencyhub.lib.api.schema import IDEMPOTENCY_KEY, LOCATION, STATE, problems, record_schema
from agencyhub.lib.problems import InvalidBodyError
from agencyhub.lib.uploads import MEGABYTE
from agencyhub.records.api.permissions import ADD, CHANGE, VIEW, Rights
from agencyhub.records.api.repeating import OutOfSightError, digest_of, once
from agencyhub.records.api.viewsets import RecordViewSet
from agencyhub.records.services import repeats
from documents import owners, selectors, serving
from documents.api.filters import DocumentFilters
from documents.api.serializers import DocumentSerializer, MoveSerializer, UploadSerializer
from documents.models import Document
from documents.owners import INDIVIDUAL, POLICY, Owner, Place
from documents.services import examining, keeping, moving
from documents.services.examining import Examined
from individuals.models import Look
from individuals.services import looks

MULTIPART_ROOM = 64 * 1024


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
MOVED = extend_schema(
    summary="Move a document to another client",
    description="For a document that was kept with the wrong client: it belongs to another"
    " individual or policy from then on. The file, how long it is kept and who opened it stay with"
    " it. The caller has to be allowed to change both. Moving it there twice changes nothing."
    " `Location` is its new address.",
    parameters=[IDEMPOTENCY_KEY, LOCATION],
    request=MoveSerializer,
    responses={200: DocumentSerializer, **problems(400, 404, 409, 413, 415, 422)},
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
        is_upload = self.request is not None and self._is_upload(self.request)
        return [MultiPartParser()] if is_upload else super().get_parsers()

    def largest_body(self, request: Request) -> int:
        """Files may be as large as on the page."""
        is_upload = self._is_upload(request)
        most = settings.DOCUMENT_MAX_MEGABYTES * MEGABYTE + MULTIPART_ROOM
        return most if is_upload else super().largest_body(request)

    def _is_upload(self, request: Any) -> bool:
        return request.method == "POST" and "document_id" not in self.kwargs

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

    @MOVED
    def move(self, request: Request, pk: int, document_id: int) -> Response:
        """Let a document belong to another record, once for each Idempotency-Key."""
        digest = digest_of(request)  # before the body is parsed
        reader = MoveSerializer(data=request.data)
        if not reader.is_valid():
            errors: Any = reader.errors
            raise InvalidBodyError(errors)
        values = reader.validated_data
        to = next((one, values[one.field]) for one in owners.OWNERS if one.field in values)
        done = once(request, partial(self._move, to, values["reason"]), digest=digest)
        moved = selectors.document_for(user=self.user, pk=done.record_id)
        if moved is None:
            raise OutOfSightError
        shown, etag = self._show(moved)
        headers = {"ETag": etag, "Location": request.build_absolute_uri(_address(moved))}
        if not done.is_new:
            headers["Idempotency-Replayed"] = "true"
        return Response(shown, headers=headers)

    def _move(self, to: Place, reason: str) -> int:
        """Move what is below this address, or is where it is to go already."""
        found = selectors.document_for(
            user=self.user, pk=self.kwargs["document_id"], right="change"
        )
        here = self.owner, self.kwargs["pk"]
        if found is None or found.removed_at or owners.place_of(found) not in (here, to):
            raise Http404
        with self.recorded("Moved a document over the API") as batch:
            done = moving.move(
                document_id=found.pk, seen=here, to=to, reason=reason, user=self.user, batch=batch
            )
        return int(done.pk)

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


def _address(document: Document) -> str:
    """Where the API has a document."""
    owner, pk = owners.place_of(document)
    return reverse(f"api:{owner.field}-document-detail", args=[pk, document.pk])


def _digest(path: str, values: dict[str, Any], sha256: bytes) -> bytes:
    """Tells one upload from another: the file by its bytes, whatever it is called."""
    asked = {name: str(value) for name, value in values.items() if name != "file"}
    text = json.dumps({**asked, "file": sha256.hex()}, sort_keys=True)
    return repeats.digest_of(path, text.encode())
