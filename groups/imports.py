"""What of groups can be imported: the census."""

import polars as pl
from django.utils.translation import gettext_noop

from agencyhub.imports import kinds
from agencyhub.imports.kinds import Kind, Match, Rule, Target
from groups.importing import census
from groups.models import Dependent, Employee

NAMES = ("first_name", "middle_name", "last_name", "suffix")
WORK = (
    "employee_number", "email", "phone", "job_title", "hire_date", "termination_date", "salary",
)  # fmt: skip
SAME_ID = Match("the same subscriber ID in the group", ("group_id", "external_id"))
SAME_SSN = Match("the same SSN in the group", ("group_id", "ssn_index"))
LEAVES_BEFORE_HIRE = Rule(
    field="termination_date",
    broken=pl.col("termination_date") < pl.col("hire_date"),
    message=pl.format(
        gettext_noop("The last day of work is before the day of hire, {}."),
        pl.col("hire_date").dt.strftime("%m/%d/%Y"),
    ),
    columns=("hire_date", "termination_date"),
)
EMPLOYEES = Target(
    key="employee",
    label="Employees",
    model=Employee,
    columns={
        "group_id": "group",
        "external_id": "subscriber_id",
        **{name: name for name in (*NAMES, "date_of_birth", "gender", "uses_tobacco", *WORK)},
        "benefit_class_id": "benefit_class",
        "division_id": "division",
        "location_id": "location",
    },
    sealed={"ssn": "ssn"},
    match=(
        SAME_ID,
        SAME_SSN,
        Match(
            "the same name and date of birth in the group",
            ("group_id", "last_name_key", "first_name_key", "date_of_birth"),
            agree=("external_id", "ssn_index", "ssn_tail"),
        ),
    ),
    required=("group", "first_name", "last_name"),
    rules=(LEAVES_BEFORE_HIRE,),
    order=("last_name", "first_name"),
    unique=(("group_id", "external_id"), ("group_id", "ssn_index")),
    list_url_name="groups:employee_list",
)
OF_EMPLOYEE = "employee_id"
DEPENDENTS = Target(
    key="dependent",
    label="Dependents",
    model=Dependent,
    columns={
        "relationship": "dependent_relationship",
        "external_id": "dependent_external_id",
        **{
            name: f"{census.OF_DEPENDENT}{name}"
            for name in (*NAMES, "date_of_birth", "gender", "uses_tobacco")
        },
    },
    sealed={"ssn": "dependent_ssn"},
    parents={OF_EMPLOYEE: "employee"},
    match=(
        Match("the same dependent ID of the employee", (OF_EMPLOYEE, "external_id")),
        Match("the same SSN of the employee’s dependents", (OF_EMPLOYEE, "ssn_index")),
        Match(
            "the same name and date of birth of the employee’s dependents",
            (OF_EMPLOYEE, "last_name_key", "first_name_key", "date_of_birth"),
            agree=("external_id", "ssn_index", "ssn_tail"),
        ),
    ),
    required=("dependent_first_name", "dependent_last_name", "dependent_relationship"),
    unique=((OF_EMPLOYEE, "external_id"),),
)
CENSUS = Kind(
    key="group_census",
    label="Group census",
    permissions=(
        "groups.add_employee", "groups.change_employee",
        "groups.add_dependent", "groups.change_dependent",
    ),
    help="Who works for an employer group, and who belongs to them: one row per person.",
    fields=(*census.FIELDS, *census.DEPENDENT_FIELDS),
    targets=(EMPLOYEES, DEPENDENTS),
    derive=census.derive,
)  # fmt: skip

kinds.register(CENSUS)
