"""The admin of PlanCompare: settings, usernames, and the trace of what was sent and received."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.admin import PrivatePickersMixin
from agencyhub.lib.sheet_admin import SheetAdminMixin
from agencyhub.records.admin import HistoryAdmin, HistoryModelAdmin
from integrations.plancompare.forms.setup import LinkUrlForm
from integrations.plancompare.models import (
    EnrollmentKey,
    Handoff,
    PlanCompareUser,
    PlanTypeMapping,
    QuotingLink,
    Site,
)
from integrations.plancompare.resources import PlanCompareUserResource


class QuotingLinkInline(PrivatePickersMixin, admin.StackedInline):  # type: ignore[type-arg]
    """The quoting menu."""

    model = QuotingLink
    form = LinkUrlForm
    extra = 0
    formfield_overrides: ClassVar[Any] = {
        **PrivatePickersMixin.formfield_overrides,
        models.JSONField: {"widget": forms.Textarea({"rows": 2, "cols": 60})},
    }
    fields = (
        *(("label", "plan_year"), "sso_url", ("valid_from", "valid_to"), "position", "field_names"),
    )


class PlanTypeInline(PrivatePickersMixin, admin.TabularInline):  # type: ignore[type-arg]
    """Which coverage type a plan type is."""

    model = PlanTypeMapping
    extra = 0
    fields = ("plan_type", "coverage_type", "coverage_type_label")
    readonly_fields = ("coverage_type_label",)


@admin.register(Site)
class SiteAdmin(HistoryModelAdmin):
    """The two variants; they are activated in the settings."""

    list_display = ("variant", "is_active", "partner_id", "sync_enrollments", "activated_at")
    list_filter = ("is_active",)
    ordering = ("variant",)
    readonly_fields = ("variant", "is_active", "activated_at")
    inlines = (QuotingLinkInline, PlanTypeInline)
    fieldsets = (
        (None, {"fields": ("variant", ("is_active", "activated_at"), "partner_id")}),
        (_("Hand-off"), {"fields": ("call_script",)}),
        (
            _("Sync"),
            {
                "fields": (
                    *("sync_enrollments", "match_sales_records_first", "update_individual"),
                    *("address_type", ("individual_type", "individual_status"), "policy_status"),
                )
            },
        ),
        (
            _("Where values go"),
            {
                "fields": (
                    *("confirmation_to_policy_number", ("confirmation_field", "plan_id_field")),
                    ("carrier_products", "match_products_by"),
                )
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Both variants are offered under Settings."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deactivating keeps the settings."""
        return False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Keep each coverage type's label beside it: a deleted one is restored by it."""
        if formset.model is PlanTypeMapping:
            for line in formset.forms:
                option = line.instance.coverage_type
                line.instance.coverage_type_label = option.label if option else ""
        super().save_formset(request, form, formset, change)


@admin.register(PlanCompareUser)
class PlanCompareUserAdmin(SheetAdminMixin, HistoryModelAdmin):
    """Usernames, and whose enrollments they bring."""

    resource_classes: ClassVar[list[Any]] = [PlanCompareUserResource]
    large_files_kind = "plancompare_usernames"
    list_display = ("user_name", "username", "agent")
    list_select_related = ("user", "servicing_agent")
    search_fields = ("username", "user__username")
    ordering = ("user__username", "pk")
    autocomplete_fields = ("user", "servicing_agent")
    fields = ("user", "username", "servicing_agent")

    @admin.display(description=_("user"), ordering="user__username")
    def user_name(self, row: PlanCompareUser) -> str:
        """As they sign in here."""
        return row.user.username

    @admin.display(description=_("servicing agent"), ordering="servicing_agent__last_name")
    def agent(self, row: PlanCompareUser) -> str:
        """By name."""
        return row.servicing_agent.full_name if row.servicing_agent else "—"


@admin.register(Handoff)
class HandoffAdmin(HistoryAdmin):
    """Every time a record was sent: who, when, which link; values are kept as digests only."""

    list_display = ("sent_at", "who", "record_type", "record_id", "link_label", "changed")
    list_filter = ("record_type", "link_label")
    list_select_related = ("user",)
    search_fields = ("=record_id",)
    search_help_text = _("Record number")
    fields = ("sent_at", "who", ("record_type", "record_id"), "link_label", "changed")
    readonly_fields = ("sent_at", "who", "changed")

    @admin.display(description=_("user"))
    def who(self, handoff: Handoff) -> str:
        """By user name."""
        return handoff.user.username

    @admin.display(description=_("changed since the last time"))
    def changed(self, handoff: Handoff) -> str:
        """Names of fields."""
        return ", ".join(handoff.changed_fields) or "—"


@admin.register(EnrollmentKey)
class EnrollmentKeyAdmin(HistoryAdmin):
    """Which policy each delivered enrollment made."""

    list_display = ("pk", "policy", "is_confirmation", "last_message_id")
    list_filter = ("is_confirmation",)
    list_select_related = ("policy",)
    search_fields = ("=policy__pk", "=last_message_id")
    search_help_text = _("Policy or message number")
    fields = ("policy", "is_confirmation", "last_message_id")
