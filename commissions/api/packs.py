"""The API's dispute packs: which months were put together for a carrier, and the files of them."""

import uuid
from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Model, QuerySet
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, PermissionDenied
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from agencyhub.accounts.models import User
from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.lib.api.schema import problems, record_schema
from agencyhub.lib.errors import DomainError
from agencyhub.lib.problems import InvalidBodyError
from agencyhub.records.api.serializers import RecordSerializer
from agencyhub.records.api.viewsets import RecordViewSet
from agencyhub.records.lists import export
from commissions.api.disputes import RIGHTS
from commissions.models import DisputePack, ExpectedPay
from commissions.selectors import packs as selectors
from commissions.services import handing_over
from commissions.services import packs as services


class SeveralCarriersError(DomainError):
    """The months are of more than one carrier."""

    code = "several_carriers"


class PackSerializer(RecordSerializer):
    """A dispute pack. Which months it has, the disputes say: ``/disputes/?pack=``.

    It is made of ``pay``, ids of months of pay of one carrier; what is settled is left out.
    ``months`` is how many of its months the caller sees.
    """

    pay = serializers.ListField(
        child=serializers.IntegerField(min_value=1), allow_empty=False, max_length=services.MOST,
        write_only=True, help_text="Ids of months of pay, of one carrier.",
    )  # fmt: skip
    months = serializers.IntegerField(read_only=True)

    class Meta:
        model = DisputePack
        fields = ("id", "page", "carrier", "made_by", "made_at", "months", "pay")
        read_only_fields = ("carrier", "made_by", "made_at")


class PackFilters(django_filters.FilterSet):
    """Packs by carrier, and by when they were made."""

    carrier = IdOrNoneFilter(field_name="carrier", label="An id.")
    made_by = IdOrNoneFilter(field_name="made_by", label="A user's id, or “none”.")
    made_since = django_filters.IsoDateTimeFilter(
        field_name="made_at", lookup_expr="gte", label="Made at this moment or later."
    )

    class Meta:
        model = DisputePack
        fields = ("carrier", "made_by", "made_since")


class _FileRenderer(BaseRenderer):
    """Lets a caller ask for the kind of file; the view answers with the file itself."""

    charset = None

    def render(self, data: Any, *_about: Any, **_more: Any) -> Any:
        """Hand on what comes ready."""
        return data


class _WorkbookRenderer(_FileRenderer):
    media_type, format = handing_over.TYPES[handing_over.XLSX], handing_over.XLSX


class _PdfRenderer(_FileRenderer):
    media_type, format = handing_over.TYPES[handing_over.PDF], handing_over.PDF


def _file_schema(summary: str, kind: str) -> Any:
    return extend_schema(
        summary=summary,
        description="It says what is missing today. Needs the right to export personal data; who"
        " took it is in the log of exports.",
        responses={
            (200, handing_over.TYPES[kind]): OpenApiResponse(OpenApiTypes.BINARY),
            **problems(404),
        },
    )


@record_schema(one="a dispute pack", many="dispute packs", shown=PackSerializer)
class PackViewSet(RecordViewSet):
    """Months of pay that were put together for one carrier."""

    model = DisputePack
    noun = "a dispute pack"
    serializer_class = PackSerializer
    filterset_class = PackFilters
    rights = RIGHTS
    http_method_names = ("get", "post", "head")

    def rows(self, user: User) -> QuerySet[Any]:
        """The packs with a month that the user sees."""
        return selectors.visible(user)

    def _valid(self, record: Model, values: dict[str, Any], *, partial: bool) -> Any:
        """Refuse months that are not there, or not the caller's, without saying which."""
        wanted = set(values["pay"])
        found = ExpectedPay.objects.visible_to(self.user).filter(pk__in=wanted)
        carriers = list(found.order_by().values_list("carrier_id", flat=True))
        if len(carriers) < len(wanted):
            detail = ErrorDetail("There is no such record.", code="does_not_exist")
            raise InvalidBodyError({"pay": [detail]})
        if len(set(carriers)) > 1:
            msg = "A pack is for one carrier. Send the months of each carrier by themselves."
            raise SeveralCarriersError(msg, field="pay")
        return record

    def store(self, form: Any, values: Mapping[str, Any]) -> DisputePack:
        """Make the pack; what was not disputed is in reconciliation from now on."""
        (pack,) = services.make(
            pay_ids=values["pay"], token=uuid.uuid4(), user=self.user, at=timezone.now()
        )
        return pack

    @_file_schema("A dispute pack as a workbook", handing_over.XLSX)
    @action(detail=True, methods=["get"], renderer_classes=[JSONRenderer, _WorkbookRenderer])
    def xlsx(self, request: Request, pk: int) -> HttpResponseBase:
        """The workbook."""
        return self._file(pk, handing_over.XLSX)

    @_file_schema("A dispute pack as a PDF", handing_over.PDF)
    @action(detail=True, methods=["get"], renderer_classes=[JSONRenderer, _PdfRenderer])
    def pdf(self, request: Request, pk: int) -> HttpResponseBase:
        """The PDF."""
        return self._file(pk, handing_over.PDF)

    def _file(self, pk: int, file_format: str) -> HttpResponseBase:
        if not export.may_see_personal_data(self.user):
            raise PermissionDenied
        pack = self._record(self.get_queryset(), pk)
        key: Any = self.request.auth
        today = timezone.localdate()
        return FileResponse(
            handing_over.file_of(
                pack, file_format=file_format, user=self.user, api_key=key, today=today
            ),
            as_attachment=True,
            filename=handing_over.name_of(pack, file_format=file_format, today=today),
            content_type=handing_over.TYPES[file_format],
        )
