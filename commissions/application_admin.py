"""The admin of applications."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.admin import AgentFilter
from agencyhub.lib.admin import PrivatePickersMixin
from agencyhub.lib.text import name_key
from agencyhub.records.admin import HistoryModelAdmin
from commissions.models import Application, ApplicationRider
from policies.models import NumberKey
from policies.numbers import number_key


class RiderInline(PrivatePickersMixin, admin.TabularInline):
    """Additional benefits that were applied for together."""

    model = ApplicationRider
    extra = 0
    fields = ("plan_name", "premium")


@admin.register(Application)
class ApplicationAdmin(HistoryModelAdmin):
    """Enrollments as they were sent to carriers, whoever told us."""

    list_display = (
        *("client", "source", "carrier", "line", "effective_date", "submitted_at"),
        *("match_state", "agent_named"),
    )
    list_filter = ("source", "line", "match_state", "carrier", ("agent", AgentFilter))
    list_select_related = ("carrier", "agent")
    search_fields = ("confirmation_number",)
    search_help_text = _("Last name, policy number or confirmation number; not in the address bar.")
    ordering = ("-pk",)
    autocomplete_fields = ("individual", "policy", "carrier", "agent")
    readonly_fields = (
        *("source", "external_id", "source_updated_at", "ends_with", "match_state", "matched_at"),
        *("created_at", "updated_at"),
    )
    inlines = (RiderInline,)
    fieldsets = (
        (None, {"fields": (("source", "external_id"), "source_updated_at", "sharing")}),
        (
            _("Client"),
            {
                "fields": (
                    ("first_name", "middle_name"),
                    ("last_name", "suffix"),
                    ("date_of_birth", "ends_with"),
                    ("phone", "email"),
                    ("line_1", "city"),
                    ("state", "zip_code"),
                    "individual",
                )
            },
        ),
        (
            _("Plan"),
            {
                "fields": (
                    ("carrier", "line"),
                    ("plan_name", "plan_id"),
                    ("policy_number", "confirmation_number"),
                    ("effective_date", "premium"),
                    "policy",
                )
            },
        ),
        (_("Agency"), {"fields": (("agent", "agent_npn"), "submitted_at", "status")}),
        (_("Record"), {"fields": (("match_state", "matched_at"), ("created_at", "updated_at"))}),
    )

    def search(
        self, request: HttpRequest, queryset: models.QuerySet[Any], term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search last names and numbers, zeros and dashes aside."""
        key = number_key(term)
        if any(letter.isdigit() for letter in key):
            numbered = queryset.alias(number=NumberKey("confirmation_number"))
            wanted = models.Q(number__startswith=key) | models.Q(policy_key__startswith=key)
            return numbered.filter(wanted), False
        named = name_key(term)
        found = queryset.filter(last_name_key__startswith=named) if named else queryset.none()
        return found, False

    @admin.display(description=_("client"), ordering="last_name_key")
    def client(self, application: Application) -> str:
        """Last name first."""
        name = ", ".join(filter(None, (application.last_name, application.first_name)))
        return name or str(application)

    @admin.display(description=_("agent"), ordering="agent__last_name")
    def agent_named(self, application: Application) -> str:
        """By name."""
        return application.agent.full_name if application.agent else "—"

    @admin.display(description="MBI")
    def ends_with(self, application: Application) -> str:
        """Its end; the whole is never shown here."""
        return application.masked_mbi or "—"
