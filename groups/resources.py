"""Groups, and who works for them, by spreadsheet; a census comes through the import page."""

from typing import Any

import tablib
from django.utils.translation import gettext

from agencyhub.accounts.resources import AgentCell
from agencyhub.lib.cells import Choice, Day, Money, Phone, Text, Whole, YesNo
from agencyhub.lib.resources import ID, Column, SheetResource
from agencyhub.lib.states import STATES
from agencyhub.lib.text import tidy
from groups.models import Employee, EmployerGroup

GROUP_ID, SUBSCRIBER_ID, GROUP = "Partner's group ID", "Subscriber ID", "Group ID"


class GroupResource(SheetResource):
    """Groups: found by ID, else by the partner's ID; else a row is a new group."""

    required = ("Name",)
    joined = ("servicing_agent",)

    id = Column("id", ID, readonly=True)
    name = Column("name", "Name")
    dba_name = Column("dba_name", "Doing business as")
    external_id = Column("external_id", GROUP_ID)
    federal_ein = Column("federal_ein", "Federal EIN")
    sic_code = Column("sic_code", "SIC code")
    state = Column("state", "State", Choice(STATES))
    status = Column(
        "status", "Status",
        Choice(EmployerGroup.Status.choices, default=EmployerGroup.Status.ACTIVE),
    )  # fmt: skip
    renewal_date = Column("renewal_date", "Renewal date", Day())
    pay_periods = Column("pay_periods", "Pay periods per year", Whole())
    servicing_agent = Column("servicing_agent", "Servicing agent", AgentCell())
    is_test = Column("is_test", "Test group", YesNo())
    notes = Column("notes", "Notes", Text(lines=True))

    class Meta(SheetResource.Meta):
        model = EmployerGroup
        fields = (
            *("id", "name", "dba_name", "external_id", "federal_ein", "sic_code", "state"),
            *("status", "renewal_date", "pay_periods", "servicing_agent", "is_test", "notes"),
        )

    def preload(self, dataset: tablib.Dataset) -> None:
        """Fetch every group that the file names by ID or by the partner's ID."""
        super().preload(dataset)
        named = dataset[GROUP_ID] if GROUP_ID in dataset.headers else []
        numbers = {tidy(str(cell or "")) for cell in named} - {""}
        rows = self.with_related(self.visible()).filter(external_id__in=numbers)
        self._by_number = {row.external_id: row for row in rows}

    def find(self, row: dict[str, Any]) -> EmployerGroup | None:
        """The group with the partner's ID of the row."""
        return self._by_number.get(tidy(str(row.get(GROUP_ID) or "")))


class GroupColumn(Column):
    """The group that an employee works for, by our number."""

    def __init__(self) -> None:
        super().__init__("group_id", GROUP)
        self.known: set[str] = set()

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Take the group of the row; an employee's own group may stay."""
        text = tidy(str(row[GROUP] or ""))
        if text == str(instance.group_id or ""):
            return
        if text not in self.known:
            msg = gettext("There is no group “%(text)s” that you may see.") % {"text": text}
            raise ValueError(msg)
        instance.group_id = int(text)


class EmployeeResource(SheetResource):
    """Employees: found by ID, else by group and subscriber ID. The SSN is in no spreadsheet."""

    required = (GROUP, "First name", "Last name")
    joined = ("group",)

    id = Column("id", ID, readonly=True)
    group_id = GroupColumn()
    group = Column("group__name", "Group", readonly=True)
    external_id = Column("external_id", SUBSCRIBER_ID)
    employee_number = Column("employee_number", "Employee number")
    first_name = Column("first_name", "First name")
    middle_name = Column("middle_name", "Middle name")
    last_name = Column("last_name", "Last name")
    suffix = Column("suffix", "Suffix")
    date_of_birth = Column("date_of_birth", "Date of birth", Day())
    hire_date = Column("hire_date", "Hire date", Day())
    termination_date = Column("termination_date", "Last day of work", Day())
    salary = Column("salary", "Salary per year (USD)", Money())
    job_title = Column("job_title", "Job title")
    email = Column("email", "Email")
    phone = Column("phone", "Phone", Phone())

    class Meta(SheetResource.Meta):
        model = Employee
        fields = (
            *("id", "group_id", "group", "external_id", "employee_number", "first_name"),
            *("middle_name", "last_name", "suffix", "date_of_birth", "hire_date"),
            *("termination_date", "salary", "job_title", "email", "phone"),
        )

    def preload(self, dataset: tablib.Dataset) -> None:
        """Fetch the groups of the file, and its employees by ID or by subscriber ID."""
        super().preload(dataset)
        named = dataset[SUBSCRIBER_ID] if SUBSCRIBER_ID in dataset.headers else []
        numbers = {tidy(str(cell or "")) for cell in named} - {""}
        rows = self.with_related(self.visible()).filter(external_id__in=numbers)
        self._by_number = {(str(row.group_id), row.external_id): row for row in rows}
        if GROUP in dataset.headers:
            keys = {text for cell in dataset[GROUP] if (text := tidy(str(cell or ""))).isdigit()}
            groups = EmployerGroup.objects.visible_to(self.user).filter(pk__in=keys)
            self.fields["group_id"].known = {str(pk) for pk in groups.values_list("pk", flat=True)}

    def find(self, row: dict[str, Any]) -> Employee | None:
        """The employee of the row's group with the row's subscriber ID."""
        number = tidy(str(row.get(SUBSCRIBER_ID) or ""))
        return self._by_number.get((tidy(str(row.get(GROUP) or "")), number)) if number else None
