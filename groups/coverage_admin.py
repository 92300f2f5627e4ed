"""The admin of coverage: read here, changed on the employee's page by its rules."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.admin import QuietAdmin, ReadOnlyMixin
from agencyhub.records.admin import HistoryModelAdmin, ScopedMixin
from groups.models import CoverageLock, CoveragePeriod, Election, SsnReveal


class _Read(ReadOnlyMixin, HistoryModelAdmin):
    """Of an employee's coverage."""

    @admin.display(description=_("employee"))
    def person(self, row: Any) -> str:
        """Last name first."""
        employee = row.employee
        return f"{employee.last_name}, {employee.first_name}"

    @admin.display(description=_("benefit"))
    def of_benefit(self, row: Any) -> str:
        """By name."""
        return str(row.benefit.name)


class CoveragePeriodInline(ReadOnlyMixin, admin.TabularInline):
    """What was in force when."""

    model = CoveragePeriod
    fields = ("start_date", "end_date", "volume", "level", "premium")
    extra = 0


@admin.register(Election)
class ElectionAdmin(_Read):
    """What members chose, in three sets."""

    list_display = (
        *("pk", "person", "of_benefit", "volume", "requested_volume", "gi_volume"),
        "waiting_for_eoi",
    )
    list_filter = ("waiting_for_eoi", "event", "benefit__line")
    list_select_related = ("employee", "benefit")
    ordering = ("-pk",)
    inlines = (CoveragePeriodInline,)
    fields = (
        ("person", "of_benefit"), ("volume", "level", "premium"),
        ("requested_volume", "requested_level", "requested_premium"), ("gi_volume", "gi_premium"),
        "waiting_for_eoi", ("event", "elected_date"),
        ("original_effective_date", "change_effective_date", "termination_date"),
        ("deduction", "deduction_as_of"),
    )  # fmt: skip


@admin.register(CoverageLock)
class CoverageLockAdmin(_Read):
    """Who may not have more of what; lifted on the page of the request."""

    list_display = ("pk", "person", "of_benefit", "volume", "locked_date", "lifted_at")
    list_filter = ("lifted_at",)
    list_select_related = ("employee", "benefit")
    ordering = ("-pk",)
    fields = (
        ("person", "of_benefit"), ("volume", "locked_date"), ("lifted_at", "lifted_reason"),
    )  # fmt: skip


@admin.register(SsnReveal)
class SsnRevealAdmin(ReadOnlyMixin, ScopedMixin, QuietAdmin):
    """Who uncovered an SSN, and why."""

    list_display = ("revealed_at", "who", "record", "reason")
    list_filter = ("revealed_at",)
    list_select_related = ("user", "employee", "dependent")
    search_fields = ("user__username",)
    search_help_text = _("Username")
    ordering = ("-pk",)
    fields = ("revealed_at", "who", "record", "reason")
    readonly_fields = fields

    @admin.display(description=_("user"))
    def who(self, reveal: SsnReveal) -> str:
        """By user name."""
        return reveal.user.username

    @admin.display(description=_("record"))
    def record(self, reveal: SsnReveal) -> str:
        """By number."""
        return str(reveal.dependent or reveal.employee)
