"""The admin of employer groups, what they offer, and their employees."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.admin import AgentFilter
from agencyhub.lib.admin import PrivatePickersMixin
from agencyhub.lib.sheet_admin import SheetAdminMixin
from agencyhub.records.admin import HistoryModelAdmin
from groups import coverage_admin  # noqa: F401 - registers coverage
from groups.models import (
    Benefit,
    BenefitClass,
    Dependent,
    Division,
    Employee,
    EmployerGroup,
    GroupPlan,
    GuaranteedIssue,
    Location,
    PlanRate,
)
from groups.resources import EmployeeResource, GroupResource
from groups.selectors.search import employees_found, groups_found

SEARCH_HELP = _("Name or subscriber ID. What you type stays out of the address bar.")


class _UnitInline(admin.TabularInline):
    """Units of a group."""

    fields: ClassVar[tuple[str, ...]] = ("code", "name", "is_active")
    extra = 0


class BenefitClassInline(_UnitInline):
    """Employees who are offered the same."""

    model = BenefitClass


class DivisionInline(_UnitInline):
    """Parts of the company."""

    model = Division


class LocationInline(_UnitInline):
    """Where employees work."""

    model = Location
    fields = ("code", "name", "state", "is_active")


class BenefitInline(admin.TabularInline):
    """What members choose."""

    model = Benefit
    fields = ("name", "lookup_code", "line", "covers")
    extra = 0


@admin.register(EmployerGroup)
class EmployerGroupAdmin(SheetAdminMixin, HistoryModelAdmin):
    """Companies whose employees' benefits the agency looks after."""

    resource_classes: ClassVar[list[Any]] = [GroupResource]
    list_display = ("name", "status", "state", "renewal_date", "agent", "external_id", "is_test")
    list_filter = ("status", ("servicing_agent", AgentFilter), "is_test", "state")
    list_select_related = ("servicing_agent",)
    search_fields = ("name",)  # shows the box; ``search`` decides
    ordering = ("name_key", "pk")
    autocomplete_fields = ("servicing_agent",)
    readonly_fields = ("created_at", "updated_at")
    inlines = (BenefitClassInline, DivisionInline, LocationInline, BenefitInline)
    fieldsets = (
        (None, {"fields": (("name", "dba_name"), ("status", "state"), "servicing_agent")}),
        (_("Plan year and payroll"), {"fields": (("renewal_date", "pay_periods"),)}),
        (
            _("Numbers"),
            {"fields": (("external_id", "federal_ein", "sic_code"), "is_test", "notes")},
        ),
        (_("Record"), {"fields": (("created_at", "updated_at"),), "classes": ("collapse",)}),
    )

    def search(
        self, request: HttpRequest, queryset: models.QuerySet[Any], term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search as the pages do."""
        user: Any = request.user
        found = groups_found(user, text=term).values("pk")
        return queryset.filter(pk__in=found), False

    def option_text(self, record: Any) -> str:
        """By name."""
        return str(record.name)

    @admin.display(description=_("servicing agent"), ordering="servicing_agent__last_name")
    def agent(self, group: EmployerGroup) -> str:
        """By name."""
        return group.servicing_agent.full_name if group.servicing_agent else "—"


class GuaranteedIssueInline(admin.TabularInline):
    """What a plan grants without evidence."""

    model = GuaranteedIssue
    fields = ("from_age", "volume", "multiple")
    extra = 0


class PlanRateInline(admin.TabularInline):
    """What a plan costs."""

    model = PlanRate
    fields = ("start_date", "from_age", "level", "per_thousand", "flat")
    extra = 0


@admin.register(GroupPlan)
class GroupPlanAdmin(HistoryModelAdmin):
    """What groups offer."""

    list_display = ("name", "of_group", "of_benefit", "of_carrier", "effective_date")
    list_filter = ("benefit__line", "needs_eoi", "basis", "carrier")
    list_select_related = ("group", "benefit", "carrier")
    search_fields = ("name", "code", "group__name")
    ordering = ("group__name_key", "name", "pk")
    autocomplete_fields = ("group", "carrier")
    inlines = (GuaranteedIssueInline, PlanRateInline)
    fieldsets = (
        (None, {"fields": ("group", ("benefit", "carrier"), ("name", "code", "policy_number"))}),
        (_("Days"), {"fields": (("effective_date", "termination_date"),)}),
        (
            _("What may be chosen"),
            {
                "fields": (
                    "basis", ("minimum_volume", "maximum_volume", "increment"),
                    ("maximum_multiple", "spouse_percent"), "employer_percent",
                )
            },
        ),
        (
            _("Evidence of insurability"),
            {
                "fields": (
                    "needs_eoi", ("late_days", "step_up_volume"), ("takes_effect", "form_days"),
                )
            },
        ),
    )  # fmt: skip

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name benefits with their group: two groups may call them the same."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "benefit" and field is not None:
            field.queryset = field.queryset.select_related("group").order_by(
                "group__name_key", "name", "pk"
            )
            field.label_from_instance = lambda one: f"{one.group.name} · {one.name}"
        return field

    @admin.display(description=_("group"), ordering="group__name_key")
    def of_group(self, plan: GroupPlan) -> str:
        """By name."""
        return plan.group.name

    @admin.display(description=_("benefit"), ordering="benefit__name")
    def of_benefit(self, plan: GroupPlan) -> str:
        """By name."""
        return plan.benefit.name

    @admin.display(description=_("carrier"), ordering="carrier__name_key")
    def of_carrier(self, plan: GroupPlan) -> str:
        """By name."""
        return plan.carrier.name


class DependentInline(PrivatePickersMixin, admin.TabularInline):
    """An employee's spouse, partner and children."""

    model = Dependent
    fields = ("relationship", "first_name", "last_name", "date_of_birth", "gender", "external_id")
    extra = 0


@admin.register(Employee)
class EmployeeAdmin(SheetAdminMixin, HistoryModelAdmin):
    """Who works for a group. An SSN is typed and uncovered on the employee's page only."""

    resource_classes: ClassVar[list[Any]] = [EmployeeResource]
    large_files_kind = "group_census"
    list_display = ("name", "of_group", "external_id", "hire_date", "termination_date")
    list_filter = (("group__status", admin.ChoicesFieldListFilter), "hire_date")
    list_select_related = ("group",)
    search_fields = ("last_name_key",)  # shows the box; ``search`` decides
    search_help_text = SEARCH_HELP
    ordering = ("last_name_key", "first_name_key", "pk")
    autocomplete_fields = ("group",)
    readonly_fields = ("masked", "created_at", "updated_at")
    inlines = (DependentInline,)
    fieldsets = (
        (None, {"fields": ("group", ("first_name", "middle_name", "last_name", "suffix"))}),
        (_("Person"), {"fields": (("date_of_birth", "gender", "uses_tobacco"), "masked")}),
        (_("Numbers"), {"fields": (("external_id", "employee_number"),)}),
        (_("Work"), {"fields": (("hire_date", "termination_date"), ("salary", "job_title"))}),
        (_("Contact"), {"fields": (("email", "phone"),)}),
        (_("Record"), {"fields": (("created_at", "updated_at"),), "classes": ("collapse",)}),
    )

    def search(
        self, request: HttpRequest, queryset: models.QuerySet[Any], term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search as the pages do."""
        user: Any = request.user
        found = employees_found(user, text=term).values("pk")
        return queryset.filter(pk__in=found), False

    def option_text(self, record: Any) -> str:
        """Name and number."""
        return f"{record.last_name}, {record.first_name} · {record.pk}"

    @admin.display(ordering="last_name_key")
    def name(self, employee: Employee) -> str:
        """Last name first."""
        return f"{employee.last_name}, {employee.first_name}"

    @admin.display(description=_("group"), ordering="group__name_key")
    def of_group(self, employee: Employee) -> str:
        """By name."""
        return employee.group.name

    @admin.display(description="SSN")
    def masked(self, employee: Employee) -> str:
        """The last four at most."""
        return employee.masked_ssn or "—"
