"""What every kind of record can do over the API: list, show, create, change."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import models, transaction
from django.forms import ModelForm
from django.http import Http404
from django.urls import reverse
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from agencyhub.accounts.authentication import KeyAuthentication
from agencyhub.accounts.models import User
from agencyhub.lib.api import etags, forms
from agencyhub.lib.api.filters import StrictFilterBackend
from agencyhub.lib.api.paging import RecordCursor
from agencyhub.lib.api.parsing import LARGEST_BODY, RecordParser, ensure_small
from agencyhub.lib.api.throttles import CallerThrottle
from agencyhub.lib.problems import InvalidBodyError
from agencyhub.records import custom, history
from agencyhub.records.api.permissions import RecordPermission, Rights
from agencyhub.records.api.repeating import OutOfSightError, digest_of, once
from agencyhub.records.models import Batch


class RecordViewSet(GenericViewSet[Any]):
    """One kind of record.

    A kind says what a caller sees (``rows``), which form of the screens holds the rules
    (``form_for``) and which service stores (``store``). Reading, locking, entity tags, repeated
    requests and the history are here.
    """

    authentication_classes = (KeyAuthentication, SessionAuthentication)
    permission_classes = (RecordPermission,)
    throttle_classes = (CallerThrottle,)
    parser_classes = (RecordParser,)
    pagination_class = RecordCursor
    filter_backends = (StrictFilterBackend,)
    http_method_names: tuple[str, ...] = ("get", "post", "put", "patch", "head")
    lookup_value_converter = "int"

    model: ClassVar[type[models.Model]]
    noun: ClassVar[str]
    rights: ClassVar[Rights] = {}
    """Who may do what, by verb, where the rights are not those named after the model."""
    form_names: ClassVar[Mapping[str, str]] = {}
    """Form fields that the API calls something else."""

    def rows(self, user: User) -> models.QuerySet[Any]:
        """The records that ``user`` sees, with what is shown of them."""
        raise NotImplementedError

    def form_for(self, record: models.Model, data: Any, values: Mapping[str, Any]) -> ModelForm:
        """The form of the screens for a record; ``data`` None leaves it unbound.

        ``values`` are what the caller gave, checked for their shape.
        """
        raise NotImplementedError

    def store(self, form: Any, values: Mapping[str, Any]) -> models.Model:
        """Store what a valid form holds, inside a batch of the history."""
        raise NotImplementedError

    def blank(self, values: Mapping[str, Any]) -> models.Model:
        """A new record, as far as the form does not fill it in."""
        return self.model()

    def seen(self, records: Sequence[models.Model]) -> None:
        """Note that the caller has these records before them."""

    def more(self, record: models.Model) -> dict[str, Any]:
        """What the answer to a creation tells besides the record."""
        return {}

    def largest_body(self, request: Request) -> int:
        """How many bytes a request may have."""
        return LARGEST_BODY

    # Reading.

    def get_queryset(self) -> models.QuerySet[Any]:
        """The caller's records."""
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        return self.rows(self.user)

    @property
    def user(self) -> User:
        """Who calls, once they were let in."""
        user: Any = self.request.user
        return user

    def list(self, request: Request) -> Response:
        """One page of the records that the caller sees."""
        records: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        self.seen(records)
        return self.get_paginated_response(self.get_serializer(records, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        """One record."""
        record = self._record(self.get_queryset(), pk)
        self.seen([record])
        shown, etag = self._show(record)
        if etags.is_known(request, etag):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        return Response(shown, headers={"ETag": etag})

    # Writing.

    def create(self, request: Request) -> Response:
        """Create a record, once for each Idempotency-Key."""
        digest = digest_of(request)  # before the body is parsed
        values = self._values(request)
        stored: list[models.Model] = []

        def act() -> int:
            with self.recorded(f"Created {self.noun} over the API"):
                form = self._valid(self.blank(values), values, partial=False)
                stored.append(self.store(form, values))
            return int(stored[0].pk)

        done = once(request, act, digest=digest)
        if done.is_new:
            return self._created(self._again(done.record_id), self.more(stored[0]))
        seen = self.get_queryset().filter(pk=done.record_id).first()
        if seen is None:
            raise OutOfSightError
        answer = self._created(seen, {})
        answer["Idempotency-Replayed"] = "true"
        return answer

    def update(self, request: Request, pk: int) -> Response:
        """Replace a record: what is left out becomes blank."""
        return self._change(request, pk, partial=False)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Change some fields of a record."""
        return self._change(request, pk, partial=True)

    def _change(self, request: Request, pk: int, *, partial: bool) -> Response:
        record = self._record(self.get_queryset(), pk)
        etags.ensure_seen(request, self._show(record)[1])
        values = self._values(request, record=record, partial=partial)
        with transaction.atomic():
            locked = self.get_queryset().select_for_update(of=("self",), no_key=True)
            record = self._record(locked, pk)
            etags.ensure_seen(request, self._show(record)[1])
            form = self._valid(record, values, partial=partial)
            if self.has_changed(form, values):
                with self.recorded(f"Edited {self.noun} over the API"):
                    self.store(form, values)
        shown, etag = self._show(self._again(pk))
        return Response(shown, headers={"ETag": etag})

    def has_changed(self, form: Any, values: Mapping[str, Any]) -> bool:
        """Whether there is anything to store."""
        return bool(form.has_changed())

    def recorded(self, summary: str) -> Any:
        """A batch of the history, for what is done now."""
        return history.batch(
            user=self.user if self.user.pk else None, channel=Batch.Channel.API, summary=summary
        )

    def _values(
        self, request: Request, *, record: models.Model | None = None, partial: bool = False
    ) -> dict[str, Any]:
        """What the caller gave, checked for its shape."""
        reader = self.get_serializer(record, data=request.data, partial=partial)
        if not reader.is_valid():
            errors: Any = reader.errors
            raise InvalidBodyError(errors)
        return dict(reader.validated_data)

    def _valid(self, record: models.Model, values: dict[str, Any], *, partial: bool) -> Any:
        """The screen's form, filled in and accepted."""
        start = self.form_for(record if partial else self.blank(values), None, values)
        data = forms.filled_in(start, self.given(values))
        form = self.form_for(record, data, values)
        if not form.is_valid():
            raise InvalidBodyError(
                forms.problems_of(form, {**_custom_names(form), **self.form_names})
            )
        return form

    def given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The caller's values by the names of the form's fields."""
        names = {api: form for form, api in self.form_names.items()}
        found = {names.get(name, name): value for name, value in values.items() if name != "custom"}
        return {**found, **values.get("custom", {})}

    # Answers.

    def _created(self, record: models.Model, more: Mapping[str, Any]) -> Response:
        shown, etag = self._show(record)
        location = reverse(f"api:{self.basename}-detail", args=[record.pk])
        headers = {"ETag": etag, "Location": self.request.build_absolute_uri(location)}
        return Response({**shown, **more}, status=status.HTTP_201_CREATED, headers=headers)

    def _show(self, record: models.Model) -> tuple[dict[str, Any], str]:
        writer: BaseSerializer[Any] = self.get_serializer(record)
        shown = dict(writer.data)
        return shown, etags.etag_of(shown)

    def _again(self, pk: int) -> models.Model:
        """A record that the caller has just stored, wherever it is now."""
        return self._record(self.rows(_everybody()), pk)

    def _record(self, rows: models.QuerySet[Any], pk: int) -> Any:
        record = rows.filter(pk=pk).first()
        if record is None:
            raise Http404
        return record

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Let nobody on the way keep an answer."""
        response.headers.setdefault("Cache-Control", "no-store")
        return super().finalize_response(request, response, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Look at the size before anything else."""
        ensure_small(request, most=self.largest_body(request))
        super().initial(request, *args, **kwargs)


def _everybody() -> User:
    """Stands for the agency: reads what a change has made of a record, wherever it went."""
    return User(is_superuser=True)


def _custom_names(form: ModelForm) -> dict[str, str]:
    return {
        name: f"custom.{name.removeprefix(custom.PREFIX)}"
        for name in form.fields
        if name.startswith(custom.PREFIX)
    }
