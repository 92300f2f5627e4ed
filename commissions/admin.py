"""The admin of contracts and writing numbers, and of what carriers' files brought."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencyhub.records.admin import HistoryModelAdmin
from commissions import application_admin, pay_admin  # noqa: F401 - register their models
from commissions.models import (
    AgentContract,
    AgentOfRecord,
    BookRow,
    CommissionLine,
    CommissionSplit,
    WritingNumber,
)
from commissions.services.contracts import follow_number, share_waiting


@admin.register(AgentContract)
class AgentContractAdmin(HistoryModelAdmin):
    """What agents get of what a carrier pays."""

    list_display = ("agent_name", "carrier", "percent", "upline_percent", "start_date", "end_date")
    list_filter = ("carrier",)
    list_select_related = ("agent", "carrier")
    autocomplete_fields = ("agent", "carrier", "upline")

    def save_model(self, request: HttpRequest, obj: AgentContract, form: Any, change: bool) -> None:
        """Share the lines that waited for the contract, too."""
        super().save_model(request, obj, form, change)
        share_waiting(contract=obj)

    @admin.display(description=_("agent"), ordering="agent__last_name")
    def agent_name(self, contract: AgentContract) -> str:
        """The agent's name."""
        return contract.agent.full_name


@admin.register(WritingNumber)
class WritingNumberAdmin(HistoryModelAdmin):
    """What carriers call our agents."""

    list_display = ("number", "carrier", "agent_name")
    list_filter = ("carrier",)
    list_select_related = ("agent", "carrier")
    autocomplete_fields = ("agent", "carrier")
    search_fields = ("=number",)

    def save_model(self, request: HttpRequest, obj: WritingNumber, form: Any, change: bool) -> None:
        """Tell the rows that waited for the number, and share their lines."""
        super().save_model(request, obj, form, change)
        follow_number(number=obj)

    @admin.display(description=_("agent"), ordering="agent__last_name")
    def agent_name(self, number: WritingNumber) -> str:
        """The agent's name."""
        return number.agent.full_name


class ReadOnlyMixin:
    """Files bring these rows; people correct them on their pages."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: an import is undone as a whole."""
        return False


class AgentOfRecordInline(ReadOnlyMixin, admin.TabularInline):
    """Who was agent of record, and when."""

    model = AgentOfRecord
    fields = ("agent_name", "agent_npn", "agent_number", "start_date", "end_date")
    extra = 0


class SplitInline(ReadOnlyMixin, admin.TabularInline):
    """Who shares in a line."""

    model = CommissionSplit
    fields = ("role", "percent", "amount")
    extra = 0


@admin.register(BookRow)
class BookRowAdmin(ReadOnlyMixin, HistoryModelAdmin):
    """Who carriers say is insured."""

    list_display = ("id", "carrier", "status", "line", "effective_date", "as_of_date")
    list_filter = ("carrier", "status", "line")
    list_select_related = ("carrier",)
    exclude = ("mbi", "filled")
    inlines: ClassVar[list[Any]] = [AgentOfRecordInline]
    show_full_result_count = False


@admin.register(CommissionLine)
class CommissionLineAdmin(ReadOnlyMixin, HistoryModelAdmin):
    """What carriers paid."""

    list_display = ("id", "carrier", "kind", "amount", "payment_period", "statement_date")
    list_filter = ("carrier", "kind", "line")
    list_select_related = ("carrier",)
    exclude = ("mbi",)
    inlines: ClassVar[list[Any]] = [SplitInline]
    show_full_result_count = False
