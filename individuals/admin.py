"""The admin of people: names, phones and masked MBIs; a full MBI is never on a page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.admin import AgentFilter
from agencyhub.lib.admin import PrivatePickersMixin, QuietAdmin, ReadOnlyMixin
from agencyhub.records.admin import HistoryModelAdmin, ScopedMixin
from individuals.admin_person import MEDICARE, SEARCH_HELP, PersonAdmin, found, is_key
from individuals.forms.administration import AddressForm, AddressFormSet
from individuals.models import (
    Address,
    Individual,
    IndividualAgent,
    Look,
    RevealLog,
    SalesOpportunity,
    SalesRecord,
)
from individuals.resources import IndividualResource, SalesRecordResource
from individuals.services import duplicates, looks


class AddressInline(PrivatePickersMixin, admin.StackedInline):
    """Addresses of an individual."""

    model = Address
    form = AddressForm
    formset = AddressFormSet
    extra = 0
    fields = (
        *(("type", "is_primary"), ("line_1", "line_2"), ("city", "state"), ("zip_code", "county")),
    )


class IndividualAgentInline(PrivatePickersMixin, admin.TabularInline):
    """Additional agents of an individual."""

    model = IndividualAgent
    extra = 0
    autocomplete_fields = ("agent",)
    verbose_name = _("additional agent")


NAME_FIELDS = (("title", "first_name", "middle_name"), ("last_name", "suffix", "nickname"))
ABOUT_FIELDS = (("date_of_birth", "gender", "language"),)
CONTACT_FIELDS = (("home_phone", "cell_phone", "business_phone"), "email")
MEDICARE_FIELDS = (*(("new_mbi", "clear_mbi"), ("part_a_effective_date", "part_b_effective_date")),)
DATES = ("created_at", "updated_at")


@admin.register(Individual)
class IndividualAdmin(PersonAdmin):
    """People the agency knows."""

    resource_classes: ClassVar[list[Any]] = [IndividualResource]
    large_files_kind = "individuals"
    list_display = (
        *("name", "date_of_birth", "masked", "phone_number", "type", "status", "agent"),
    )
    list_filter = ("type", "status", "language", ("servicing_agent", AgentFilter))
    list_select_related = ("type", "status", "servicing_agent")
    autocomplete_fields = ("servicing_agent",)
    readonly_fields = DATES
    inlines = (AddressInline, IndividualAgentInline)
    fieldsets = (
        (None, {"fields": NAME_FIELDS}),
        (_("Person"), {"fields": (*ABOUT_FIELDS, "deceased_date")}),
        (_("Contact"), {"fields": CONTACT_FIELDS}),
        (MEDICARE, {"fields": MEDICARE_FIELDS}),
        (_("Agency"), {"fields": (("type", "status"), "servicing_agent", "notes")}),
        (_("Record"), {"fields": (DATES,), "classes": ("collapse",)}),
    )

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Note who opens the record."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            looks.record(user=request.user, individual_ids=[found.pk], how=Look.How.ADMIN)  # type: ignore[arg-type]
        return found

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any
    ) -> Any:
        """Note whom the file is about."""
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        pks = queryset.order_by().values_list("pk", flat=True)
        looks.record(user=request.user, individual_ids=pks, how=Look.How.EXPORT)  # type: ignore[arg-type]
        return data

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Open possible duplicates once everything of the form is stored."""
        super().save_related(request, form, formsets, change)
        duplicates.detect(individual_ids=[form.instance.pk])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Make the former primary address give way before another one becomes it."""
        if formset.model is Address:
            for line in formset.forms:
                if line.cleaned_data.get("is_primary"):
                    demote_others(line.instance)
        super().save_formset(request, form, formset, change)

    @admin.display(description=_("servicing agent"), ordering="servicing_agent__last_name")
    def agent(self, individual: Individual) -> str:
        """By name."""
        return individual.servicing_agent.full_name if individual.servicing_agent else "—"


@admin.register(SalesRecord)
class SalesRecordAdmin(PersonAdmin):
    """Leads being worked."""

    resource_classes: ClassVar[list[Any]] = [SalesRecordResource]
    large_files_kind = "sales_records"
    list_display = (
        *("name", "date_of_birth", "masked", "phone_number", "stage", "lead_source", "agent"),
        "is_converted",
    )
    list_filter = (
        *("stage", "lead_source", ("assigned_agent", AgentFilter)),
        ("converted_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("stage", "lead_source", "assigned_agent")
    autocomplete_fields = ("assigned_agent", "individual")
    readonly_fields = ("converted_at", *DATES)
    fieldsets = (
        (None, {"fields": NAME_FIELDS}),
        (_("Person"), {"fields": ABOUT_FIELDS}),
        (_("Contact"), {"fields": CONTACT_FIELDS}),
        (MEDICARE, {"fields": MEDICARE_FIELDS}),
        (
            _("Address"),
            {
                "fields": (
                    *(("address_type", "county"), ("address_1", "address_2")),
                    ("city", "state", "zip_code"),
                )
            },
        ),
        (
            _("Sale"),
            {"fields": (("stage", "lead_source", "lead_date"), "assigned_agent", "notes")},
        ),
        (_("Record"), {"fields": ("individual", "converted_at", DATES), "classes": ("collapse",)}),
    )

    @admin.display(description=_("assigned agent"), ordering="assigned_agent__last_name")
    def agent(self, record: SalesRecord) -> str:
        """By name."""
        return record.assigned_agent.full_name if record.assigned_agent else "—"

    @admin.display(description=_("converted"), boolean=True)
    def is_converted(self, record: SalesRecord) -> bool:
        """Whether it became an individual."""
        return not record.is_open


class OfIndividualAdmin(HistoryModelAdmin):
    """Rows that hang on an individual: found by the individual's number or name."""

    search_fields = ("individual__last_name_key",)
    search_help_text = SEARCH_HELP
    ordering = ("-pk",)
    list_select_related: ClassVar[Any] = ("individual",)

    def search(
        self, request: HttpRequest, queryset: models.QuerySet[Any], term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search the people, then their rows."""
        keys = [int(term)] if is_key(term) else found(Individual, request, term)
        return queryset.filter(individual__in=keys), False

    @admin.display(description=_("individual"), ordering="individual__last_name_key")
    def person(self, row: Any) -> str:
        """Last name first."""
        return f"{row.individual.last_name}, {row.individual.first_name}"


def demote_others(address: Address) -> None:
    """Leave an individual without a primary address other than ``address``."""
    others = Address.objects.filter(individual=address.individual_id, is_primary=True)
    others.exclude(pk=address.pk).update(is_primary=False)


@admin.register(Address)
class AddressAdmin(OfIndividualAdmin):
    """Addresses of all individuals."""

    scope_through = "individual"
    form = AddressForm
    list_display = ("person", "type", "line_1", "city", "state", "zip_code", "is_primary")
    list_filter = ("type", "is_primary", "state")
    list_select_related = ("individual", "type")
    autocomplete_fields = ("individual",)
    fields = (
        *("individual", ("type", "is_primary"), ("line_1", "line_2"), ("city", "state")),
        ("zip_code", "county"),
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make the former primary address give way."""
        if obj.is_primary:
            demote_others(obj)
        super().save_model(request, obj, form, change)


@admin.register(SalesOpportunity)
class SalesOpportunityAdmin(OfIndividualAdmin):
    """The older way to work a sale."""

    list_display = ("name", "person", "stage", "coverage_type", "agent", "target_effective_date")
    list_filter = ("stage", "coverage_type", ("primary_producer", AgentFilter))
    list_select_related = ("individual", "stage", "coverage_type", "primary_producer")
    autocomplete_fields = ("individual", "primary_producer")
    readonly_fields = ("created_at",)
    fields = (
        *("individual", "name", ("stage", "coverage_type"), "primary_producer"),
        *(("target_effective_date", "expected_premium"), "notes", "created_at"),
    )

    @admin.display(description=_("primary producer"))
    def agent(self, chance: SalesOpportunity) -> str:
        """By name."""
        return chance.primary_producer.full_name if chance.primary_producer else "—"


@admin.register(RevealLog)
class RevealLogAdmin(ReadOnlyMixin, ScopedMixin, QuietAdmin):
    """Who uncovered an MBI, and why."""

    scope_through = "individual"
    list_display = ("revealed_at", "who", "record", "reason")
    list_filter = ("revealed_at",)
    list_select_related = ("user", "individual", "sales_record")
    search_fields = ("user__username",)
    search_help_text = _("Username")
    ordering = ("-pk",)
    fields = ("revealed_at", "who", "record", "reason")
    readonly_fields = fields

    @admin.display(description=_("user"))
    def who(self, reveal: RevealLog) -> str:
        """By user name."""
        return reveal.user.username

    @admin.display(description=_("record"))
    def record(self, reveal: RevealLog) -> str:
        """By number."""
        return str(reveal.individual or reveal.sales_record)
