"""The API's webhooks."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencyhub.accounts.models import User
from agencyhub.lib.api import etags
from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.lib.api.schema import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    STATE,
    problems,
    record_schema,
)
from agencyhub.records.api.repeating import digest_of, once
from agencyhub.records.api.serializers import RecordSerializer
from agencyhub.records.api.viewsets import RecordViewSet
from integrations.outgoing import tasks
from integrations.outgoing.api.deliveries import DeliverySerializer, deliveries_of
from integrations.outgoing.forms import EndpointForm
from integrations.outgoing.kinds import TYPES
from integrations.outgoing.models import Endpoint
from integrations.outgoing.services import endpoints

AT_DELIVERY = OpenApiParameter(
    "Location",
    OpenApiTypes.URI,
    OpenApiParameter.HEADER,
    required=True,
    response=[202],
    description="Where the delivery is.",
)


class EndpointSerializer(RecordSerializer):
    """An address that is told of events, as far as its owner (a user's id) sees the records."""

    url = serializers.CharField(max_length=500, help_text="Begins with https://")
    owner = serializers.IntegerField(source="owner_id", min_value=1, help_text="A user's id.")
    types = serializers.ListField(
        child=serializers.ChoiceField(choices=TYPES), allow_empty=False, max_length=len(TYPES)
    )
    off_because = serializers.CharField(
        read_only=True, help_text="`person`, `failing` or `gone`; blank while it is active."
    )

    class Meta:
        model = Endpoint
        fields: tuple[str, ...] = (
            "id", "page", "name", "url", "owner", "types", "is_active", "off_because",
            "previous_until", "created_at",
        )  # fmt: skip
        read_only_fields = ("off_because", "previous_until", "created_at")

    def get_page(self, record: Any) -> str:
        """Where people see it."""
        return reverse("outgoing:endpoint_detail", args=[record.pk])


class CreatedEndpointSerializer(EndpointSerializer):
    """A new webhook, with its secret."""

    secret = serializers.CharField(
        required=False,
        read_only=True,
        help_text="Of the signature. Told this once: not when a request is repeated.",
    )

    class Meta(EndpointSerializer.Meta):
        fields = (*EndpointSerializer.Meta.fields, "secret")


class EndpointFilters(django_filters.FilterSet):
    """Webhooks by owner and state."""

    owner = IdOrNoneFilter(field_name="owner", label="An id.")

    class Meta:
        model = Endpoint
        fields = ("is_active", "owner")


@record_schema(
    one="a webhook", many="webhooks", shown=EndpointSerializer, created=CreatedEndpointSerializer
)
class EndpointViewSet(RecordViewSet):
    """Who is told when records change."""

    model = Endpoint
    noun = "a webhook"
    serializer_class = EndpointSerializer
    filterset_class = EndpointFilters
    http_method_names = ("get", "post", "put", "patch", "delete", "head")

    def rows(self, user: User) -> QuerySet[Endpoint]:
        """The user's own webhooks, or everybody's."""
        return Endpoint.objects.visible_to(user)

    def form_for(self, record: Model, data: Any, values: Mapping[str, Any]) -> ModelForm[Any]:
        """The form of the settings."""
        return EndpointForm(data, instance=record, user=self.user)

    def given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The owner by the form's name for it."""
        found = dict(values)
        if "owner_id" in found:
            found["owner"] = found.pop("owner_id")
        return super().given(found)

    def store(self, form: Any, values: Mapping[str, Any]) -> Endpoint:
        """Store the webhook."""
        secret = endpoints.save(endpoint=form.instance, actor=self.user, at=timezone.now())
        if secret:
            self.secret = secret
        endpoint: Endpoint = form.instance
        return endpoint

    def more(self, record: Model) -> dict[str, Any]:
        """The secret, this once."""
        return {"secret": self.secret}

    @extend_schema(
        summary="Remove a webhook with its log",
        parameters=[IF_MATCH],
        responses={204: None, **problems(404, 412, 428)},
    )
    def destroy(self, request: Request, pk: int) -> Response:
        """Remove it."""
        record = self._record(self.get_queryset(), pk)
        etags.ensure_seen(request, self._show(record)[1])
        with self.recorded("Removed a webhook over the API"):
            endpoints.remove(endpoint_id=pk, actor=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="webhooks_rotate",
        summary="Replace the secret of a webhook",
        description="Answers with the new secret, once. The one before signs as well for seven days"
        " more: enter the new one meanwhile.",
        parameters=[IDEMPOTENCY_KEY, STATE],
        request=None,
        responses={200: CreatedEndpointSerializer, **problems(404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: int) -> Response:
        """Make another secret, once for each Idempotency-Key."""
        self._record(self.get_queryset(), pk)
        told = {}

        def act() -> int:
            with self.recorded("Replaced the secret of a webhook over the API"):
                self._record(self._locked(), pk)
                told["secret"] = endpoints.rotate(
                    endpoint_id=pk, actor=self.user, at=timezone.now()
                )
            return pk

        once(request, act, digest=digest_of(request))
        shown, etag = self._show(self._again(pk))
        return Response({**shown, **told}, headers={"ETag": etag})

    @extend_schema(
        operation_id="webhooks_ping",
        summary="Send a trial event to a webhook",
        description="Answers at once; ask for the delivery to see what became of it.",
        parameters=[IDEMPOTENCY_KEY, AT_DELIVERY],
        request=None,
        responses={202: DeliverySerializer, **problems(404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def ping(self, request: Request, pk: int) -> Response:
        """Send a trial event, once for each Idempotency-Key."""
        self._record(self.get_queryset(), pk)

        def act() -> int:
            self._record(self._locked(), pk)
            return endpoints.ping(endpoint_id=pk, at=timezone.now()).pk

        done = once(request, act, digest=digest_of(request))
        tasks.deliver_soon()
        delivery = self._record(deliveries_of(self.user, pk), done.record_id)
        place = reverse("api:delivery-detail", args=[pk, delivery.pk])
        shown = DeliverySerializer(delivery, context=self.get_serializer_context()).data
        headers = {"Location": request.build_absolute_uri(place)}
        return Response(shown, status=status.HTTP_202_ACCEPTED, headers=headers)

    def _locked(self) -> QuerySet[Endpoint]:
        """The caller's webhooks, to hold one until the transaction ends."""
        return self.rows(self.user).select_for_update(no_key=True)
