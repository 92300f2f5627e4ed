"""The API's disputes: the work on months of pay that are missing."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers

from agencyhub.accounts.models import User
from agencyhub.accounts.selectors import who_may
from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.lib.api.schema import record_schema
from agencyhub.records.api.fields import IdField, VisibleIdField
from agencyhub.records.api.permissions import ADD, CHANGE, VIEW, Rights
from agencyhub.records.api.serializers import RecordSerializer
from agencyhub.records.api.viewsets import RecordViewSet
from commissions.api.pay import ExpectedPaySerializer
from commissions.expected import disputes
from commissions.models import Dispute, ExpectedPay
from commissions.services import disputes as services
from commissions.services import revising
from policies.models import Policy

GIVEN_ONCE = ("policy", "month", "kind")
# To begin work on what the ledger tells is to work on it: nobody needs a right to add.
RIGHTS: Rights = {
    VIEW: (services.VIEW,), ADD: (services.CHANGE,), CHANGE: (services.CHANGE,),
}  # fmt: skip


class AssigneeField(IdField):
    """Who works on it: a user with the right to."""

    def get_queryset(self) -> QuerySet[Any]:
        """Everybody with the right; whether they see the policy is the service's decision."""
        return who_may(services.CHANGE)


class DisputeSerializer(RecordSerializer):
    """A dispute of one month. It is begun by ``policy``, ``month`` and ``kind`` of the ledger.

    ``state`` is how far it is; ``withdrawn`` is set by the ledger only. A ``snoozed_until`` needs a
    ``snooze_reason``; null wakes it. ``pay`` is the month of the ledger.
    """

    fixed = GIVEN_ONCE

    policy = VisibleIdField(queryset=Policy.objects.all())
    month = serializers.DateField(help_text="Any day of the month.")
    kind = serializers.ChoiceField(
        choices=ExpectedPay.Kind.choices, default=ExpectedPay.Kind.RENEWAL.value
    )
    assigned_to = AssigneeField(
        queryset=User.objects.none(), required=False, allow_null=True, help_text="A user's id."
    )
    pay = ExpectedPaySerializer(
        source="row", read_only=True, allow_null=True, help_text="Null once it left the ledger."
    )

    class Meta:
        model = Dispute
        fields = (
            "id", "page", "policy", "month", "kind", "state", "state_at", "note", "reference",
            "assigned_to", "snoozed_until", "snooze_reason", "pay",
        )  # fmt: skip
        read_only_fields = ("state_at",)

    def get_page(self, record: Any) -> str:
        """Where people see it: the page of the month, else that of the policy."""
        if record.row_id is None:
            return reverse("policies:policy_detail", args=[record.policy_id])
        return reverse("commissions:expectedpay_detail", args=[record.row_id])

    def validate_month(self, value: Any) -> Any:
        """Take any day for its month."""
        return value.replace(day=1)


class DisputeFilters(django_filters.FilterSet):
    """Disputes by everything that says nothing about a person."""

    policy = IdOrNoneFilter(field_name="policy", label="An id.")
    carrier = IdOrNoneFilter(field_name="policy__carrier", label="An id.")
    assigned_to = IdOrNoneFilter(field_name="assigned_to", label="A user's id, or “none”.")
    pack = IdOrNoneFilter(method="_pack", label="Id of a dispute pack, or “none”.")
    month_from = django_filters.DateFilter(field_name="month", lookup_expr="gte")
    month_to = django_filters.DateFilter(field_name="month", lookup_expr="lte")
    open = django_filters.BooleanFilter(method="_open", label="Not closed.")
    snoozed = django_filters.BooleanFilter(method="_snoozed", label="Rests until a day to come.")
    state_since = django_filters.IsoDateTimeFilter(
        field_name="state_at", lookup_expr="gte", label="In its state since then, or later."
    )

    class Meta:
        model = Dispute
        fields = (
            "state", "kind", "policy", "carrier", "assigned_to", "pack", "month_from", "month_to",
            "open", "snoozed", "state_since",
        )  # fmt: skip

    def _pack(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(packs=None if value == "none" else int(value))

    def _open(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        is_open = Q(state__in=disputes.OPEN)
        return rows.filter(is_open if value else ~is_open)

    def _snoozed(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        rests = Q(snoozed_until__gt=timezone.localdate())
        return rows.filter(rests) if value else rows.exclude(rests)


@record_schema(one="a dispute", many="disputes", shown=DisputeSerializer)
class DisputeViewSet(RecordViewSet):
    """What is done about months of pay that are missing, and what carriers answer."""

    model = Dispute
    noun = "a dispute"
    serializer_class = DisputeSerializer
    filterset_class = DisputeFilters
    rights = RIGHTS
    http_method_names = ("get", "post", "patch", "head")

    def rows(self, user: User) -> QuerySet[Any]:
        """The disputes about policies that the user sees, with their months."""
        return Dispute.objects.visible_to(user).select_related("row")

    def _valid(self, record: Model, values: dict[str, Any], *, partial: bool) -> Any:
        """Leave the rules to the service, which people's acts go through as well."""
        return record

    def has_changed(self, form: Any, values: Mapping[str, Any]) -> bool:
        """Whether anything given is not as it is."""
        return any(getattr(form, name) != value for name, value in values.items())

    def store(self, form: Any, values: Mapping[str, Any]) -> Dispute:
        """Begin the dispute of a month, or say what is new of one."""
        said = {name: value for name, value in values.items() if name not in GIVEN_ONCE}
        when: dict[str, Any] = {"at": timezone.now(), "today": timezone.localdate()}
        if form.pk:
            return revising.change(dispute_id=form.pk, values=said, **when)
        return revising.begin(
            policy_id=values["policy"].pk, month=values["month"], kind=values["kind"],
            values=said, **when,
        )  # fmt: skip
