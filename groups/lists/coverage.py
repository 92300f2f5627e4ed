"""The list of coverage in force: what payroll deducts and carriers bill, and nothing that waits."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope
from agencyhub.accounts.models import User
from agencyhub.lib.keyset import Key
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import columns, filters, registry
from agencyhub.records.lists.filters import Rows
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from groups import rates
from groups.lists.employees import groups
from groups.models import Benefit, CoveragePeriod, Dependent, GroupPlan, LineOfCoverage, PlanRate
from groups.selectors import payroll

EMPLOYEE = "election__employee__"
NAMES = (f"{EMPLOYEE}last_name_key", f"{EMPLOYEE}first_name_key")
BY_NAME = Sort(
    "name", _("Name, A to Z"), _("Name, Z to A"), (*(Key(name) for name in NAMES), Key("pk"))
)
_LEVELS = dict(PlanRate.Level.choices)
_RELATIONSHIPS = dict(Dependent.Relationship.choices)
_COVERS = dict(Benefit.Covers.choices)
PRICED = ("premium", "plan__employer_percent", "plan__group__pay_periods")


def visible(user: User) -> QuerySet[CoveragePeriod]:
    """The coverage of the groups that a user sees."""
    return scope.narrow(CoveragePeriod.objects.all(), user=user)


def _employee(row: Any) -> str:
    return f"{row.election__employee__last_name}, {row.election__employee__first_name}"


def _address(row: Any) -> str:
    return f"{columns.page_of('groups:employee_list')}{row.election__employee_id}/"


def _covered(row: Any) -> str:
    """The dependent with the relationship, or whom the benefit covers."""
    first = row.election__dependent__first_name
    if not first:
        return str(_COVERS[row.election__benefit__covers])
    relationship = _RELATIONSHIPS[row.election__dependent__relationship]
    return f"{first} {row.election__dependent__last_name} ({relationship})"


def _volume(row: Any) -> Decimal | None:
    """Nothing for a plan that has no amounts."""
    has_amount = row.plan__basis != GroupPlan.Basis.NONE
    return row.volume if has_amount else None


def _shares(row: Any) -> rates.Shares | None:
    if row.premium is None:
        return None
    return rates.shares(row.premium, employer_percent=row.plan__employer_percent)


def _employers(row: Any) -> Decimal | None:
    shares = _shares(row)
    return shares.employer if shares else None


def _employees(row: Any) -> Decimal | None:
    shares = _shares(row)
    return shares.employee if shares else None


def _deduction(row: Any) -> Decimal | None:
    share = _employees(row)
    if share is None:
        return None
    return rates.deduction(share, pay_periods=row.plan__group__pay_periods)


def _money(
    key: str, label: Any, amount: Callable[[Any], Decimal | None], *needs: str
) -> columns.Column:
    def read(row: Any) -> str:
        found = amount(row)
        return "" if found is None else f"{found:.2f}"

    return columns.value(
        key, label, read, *(needs or PRICED), css="cell-num", is_number=True,
        draw=lambda _drawing: lambda row: str(ui.usd(amount(row))),
    )  # fmt: skip


COLUMNS = (
    columns.link(
        "name", _("Employee"), _address, _employee, f"{EMPLOYEE}first_name",
        f"{EMPLOYEE}last_name", "election__employee_id", sort="name", css="cell-nowrap",
    ),
    columns.text("external_id", _("Subscriber ID"), f"{EMPLOYEE}external_id", css="cell-nowrap"),
    columns.text("employee_number", _("Employee number"), f"{EMPLOYEE}employee_number"),
    columns.named("group", _("Group"), "plan__group_id", groups),
    columns.text("benefit", _("Benefit"), "election__benefit__name"),
    columns.text("lookup_code", _("Benefit lookup code"), "election__benefit__lookup_code"),
    columns.value(
        "covered", _("Covered"), _covered, "election__dependent__first_name",
        "election__dependent__last_name", "election__dependent__relationship",
        "election__benefit__covers",
    ),
    columns.text("carrier", _("Carrier"), "plan__carrier__name"),
    columns.text("plan", _("Plan"), "plan__name"),
    columns.text("plan_code", _("Plan code"), "plan__code"),
    columns.text("policy_number", _("Group policy number"), "plan__policy_number"),
    columns.value(
        "level", _("Coverage level"), lambda row: str(_LEVELS.get(row.level, "")), "level"
    ),
    _money("volume", _("Approved volume"), _volume, "volume", "plan__basis"),
    columns.money("premium", _("Monthly premium")),
    _money("employer_share", _("Employer pays per month"), _employers),
    _money("employee_share", _("Employee pays per month"), _employees),
    _money("deduction", _("Deduction per pay period"), _deduction),
    columns.day("start", _("In force from"), "start_date"),
    columns.day("end", _("In force to"), "end_date"),
)  # fmt: skip


class InForceOn(filters.Day):
    """Coverage on a day; both ends are covered."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, "start_date", "lte", **options)

    def filter(self, qs: Rows, value: date | None) -> Rows:
        if value is None:
            return qs
        return qs.filter(payroll.in_force(value))


class CoverageFilters(ListFilters):
    """What coverage is filtered by."""

    group = filters.AnyOf(_("Group"), groups, "plan__group_id", is_quick=True)
    on = InForceOn(_("In force on"))
    line = filters.Pick(
        _("Line of coverage"),
        {value: (label, Q(plan__benefit__line=value)) for value, label in LineOfCoverage.choices},
        is_quick=True,
    )


COVERAGE = registry.register(
    ListKind(
        key="coverage",
        title=_("Coverage in force"),
        noun=_("coverage"),
        nouns=_("coverages"),
        model=CoveragePeriod,
        url_name="groups:coverage_list",
        view_permission="groups.view_coverageperiod",
        change_permission="groups.change_coverageperiod",
        visible=visible,
        title_column="name",
        columns=COLUMNS,
        default_columns=(
            "name", "external_id", "benefit", "covered", "plan", "volume", "premium", "deduction",
            "start",
        ),
        filters=CoverageFilters,
        sorts=(BY_NAME,),
        default_sort="name",
        icon="shield-check",
        empty_text=_("Nobody has coverage that holds on this day. What waits for EOI is not here."),
    )
)  # fmt: skip
