"""The list of employees, of one group or of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.db import NameKey
from agencyhub.lib.keyset import Key
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import columns, filters, masking, registry
from agencyhub.records.lists.columns import Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from agencyhub.records.lists.lookups import Lookups
from groups.models import BenefitClass, Election, Employee, EmployerGroup
from groups.models.members import SSN_MASK
from individuals import rows
from individuals.models import Gender

ORDER = (Key("last_name_key"), Key("first_name_key"), Key("pk"))
BY_NAME = Sort("name", _("Name, A to Z"), _("Name, Z to A"), ORDER)
NAME_PARTS = ("first_name", "last_name", "suffix")


@dataclass(frozen=True)
class _Names:
    """The groups that a user sees, by key: read once for a page."""

    user: User

    def __call__(self) -> dict[int, str]:
        found = EmployerGroup.objects.visible_to(self.user).order_by("name_key", "pk")
        return dict(found.values_list("pk", "name"))


def groups(lookups: Lookups) -> Mapping[int, str]:
    """Every group that the user sees, in the order of their names."""
    return lookups.get(_Names(lookups.user))


def classes(lookups: Lookups) -> dict[int, str]:
    """Every benefit class with its group."""
    found = BenefitClass.objects.visible_to(lookups.user).order_by("group__name_key", "name", "pk")
    named = found.values_list("pk", "group__name", "name")
    return {pk: f"{group} · {name}" for pk, group, name in named}


def _address(row: Any) -> str:
    return f"{columns.page_of('groups:employee_list')}{row.pk}/"


def _waiting(pks: Sequence[int]) -> dict[int, int]:
    """How many elections of each employee wait for evidence."""
    waiting = Election.objects.waiting().filter(employee__in=pks).order_by()
    counts = waiting.values("employee").annotate(number=Count("pk"))
    return dict(counts.values_list("employee", "number"))


def _draw_waiting(drawing: Drawing) -> Write:
    found = drawing.fetch(_waiting)

    def cell(row: Any) -> str:
        number = found.get(row.pk)
        return ui.badge(str(number), "warning", "clock") if number else ui.EMPTY

    return cell


def _unit(key: str, label: Any) -> columns.Column:
    return columns.value(key, label, lambda row: getattr(row, f"{key}__name") or "", f"{key}__name")


COLUMNS = (
    columns.link(
        "name", _("Name"), _address, rows.name, *NAME_PARTS, sort="name", css="cell-nowrap"
    ),
    columns.named("group", _("Group"), "group_id", groups),
    columns.text("external_id", _("Subscriber ID"), css="cell-nowrap"),
    _unit("benefit_class", _("Benefit class")),
    _unit("division", _("Division")),
    _unit("location", _("Location")),
    columns.day("hired", _("Hired"), "hire_date"),
    columns.day("left", _("Last day of work"), "termination_date"),
    columns.fetched("waiting", _("Waiting for EOI"), _waiting, draw=_draw_waiting),
    columns.text("job_title", _("Job title")),
    columns.text("employee_number", _("Employee number")),
    columns.day("born", _("Date of birth"), "date_of_birth", mask=masking.birth_date),
    columns.choice("gender", _("Gender"), Gender.choices),
    columns.value(
        "ssn", "SSN", lambda row: f"{SSN_MASK}{row.ssn_tail}" if row.ssn_tail else "", "ssn_tail",
        css="cell-nowrap", mask=masking.everything,
    ),
    columns.money("salary", _("Salary per year"), mask=masking.everything),
    columns.text("email", _("Email"), mask=masking.email),
    columns.phone("phone", _("Phone"), mask=masking.phone),
    columns.day("created", _("Added"), "created_at"),
    columns.day("updated", _("Changed"), "updated_at"),
)  # fmt: skip


def _last_name(text: str) -> Q:
    return Q(last_name_key__startswith=NameKey(Value(text)))


def _waits() -> Q:
    return Q(Exists(Election.objects.waiting().filter(employee=OuterRef("pk"))))


def _works() -> Q:
    gone = Q(termination_date__lt=timezone.localdate())
    return ~gone | Q(termination_date__isnull=True)


class EmployeeFilters(ListFilters):
    """What employees are filtered by."""

    group = filters.AnyOf(_("Group"), groups, "group_id", is_quick=True)
    waiting = filters.YesNo(_("Waiting for EOI"), _waits)
    works = filters.YesNo(_("Works there today"), _works)
    benefit_class = filters.AnyOf(_("Benefit class"), classes, "benefit_class_id", nobody=_("None"))
    hired_from = filters.Day(_("Hired from"), "hire_date", "gte")
    hired_to = filters.Day(_("Hired to"), "hire_date", "lte")
    last_name = filters.Words(_("Last name starts with"), _last_name, is_private=True)
    batch = filters.Touched(Employee)


EMPLOYEES = registry.register(
    ListKind(
        key="employees",
        title=_("Employees"),
        noun=_("employee"),
        nouns=_("employees"),
        model=Employee,
        url_name="groups:employee_list",
        view_permission="groups.view_employee",
        change_permission="groups.change_employee",
        visible=Employee.objects.visible_to,
        title_column="name",
        columns=COLUMNS,
        default_columns=("name", "group", "external_id", "benefit_class", "hired", "waiting"),
        filters=EmployeeFilters,
        sorts=(BY_NAME,),
        default_sort="name",
        icon="users",
        empty_text=_("Import a census, or add employees from the page of their group."),
    )
)
