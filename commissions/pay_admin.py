"""The admin of what carriers are to pay."""

from django.contrib import admin
from django.http import HttpRequest

from agencyhub.records.admin import HistoryModelAdmin
from commissions.models import PayRate, PaySettings, PayTerm


@admin.register(PayRate)
class PayRateAdmin(HistoryModelAdmin):
    """The most that CMS allows."""

    list_display = ("line", "state", "initial", "renewal", "start_date", "end_date")
    list_filter = ("line", "state")


@admin.register(PayTerm)
class PayTermAdmin(HistoryModelAdmin):
    """What a carrier pays."""

    list_display = (
        "carrier", "line", "basis", "initial_percent", "renewal_percent", "start_date", "end_date",
    )  # fmt: skip
    list_filter = ("carrier", "line")
    list_select_related = ("carrier",)
    autocomplete_fields = ("carrier",)


@admin.register(PaySettings)
class PaySettingsAdmin(HistoryModelAdmin):
    """When pay is due: one row, always there."""

    list_display = ("id", "days_until_due", "tolerance_amount", "tolerance_percent")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: there is one."""
        return False
