"""Who works for a group, and who belongs to them: one row per person."""

from typing import Any

import polars as pl
from django.utils.translation import gettext_noop
from django_stubs_ext import StrOrPromise

from agencyhub.imports.extras import Derived
from agencyhub.imports.kinds import Field
from agencyhub.imports.types.base import Context
from agencyhub.imports.types.contacts import Phone, Ssn
from agencyhub.imports.types.days import Day
from agencyhub.imports.types.numbers import Money
from agencyhub.imports.types.text import Email, OneOf, Text, YesNo
from groups.importing.types import GroupNamed, PartOf
from groups.models import BenefitClass, Dependent, Division, Location
from individuals.models import Gender

SELF = "self"
RELATIONSHIPS: list[tuple[str, StrOrPromise]] = [
    (SELF, gettext_noop("Employee")),
    *Dependent.Relationship.choices,
]
ALSO = {
    "self": SELF, "subscriber": SELF, "ee": SELF, "e": SELF, "insured": SELF, "member": SELF,
    "primary": SELF,
    **dict.fromkeys(("sp", "s", "husband", "wife", "partner spouse"), "spouse"),
    **dict.fromkeys(("partner", "dp", "domestic"), "domestic_partner"),
    **dict.fromkeys(("ch", "c", "son", "daughter", "dependent child", "dep"), "child"),
}  # fmt: skip
GENDERS = {"f": "female", "m": "male", "woman": "female", "man": "male"}
WHOSE = gettext_noop("Say whose dependent this is: the employee’s subscriber ID or SSN.")

# What a person is; on the rows of dependents these columns are about the dependent.
PERSON = (
    Field("first_name", "First name", Text(80), aliases=("first", "fname", "given name"),
          example="Ana"),
    Field("last_name", "Last name", Text(80), aliases=("last", "lname", "surname", "family name"),
          example="Lopez"),
    Field("middle_name", "Middle name", Text(80), aliases=("middle", "middle initial", "mi")),
    Field("suffix", "Suffix", Text(20)),
    Field("date_of_birth", "Date of birth", Day(is_birth=True),
          aliases=("dob", "birth date", "birthdate", "birthday"), example="03/14/1980"),
    Field("gender", "Gender", OneOf(Gender.choices, also=GENDERS), aliases=("sex",),
          example="Female"),
    Field("ssn", "SSN", Ssn(),
          aliases=("social security number", "social security", "ss number", "member ssn"),
          help="Kept encrypted; shown by its last four."),
    Field("uses_tobacco", "Uses tobacco", YesNo(),
          aliases=("tobacco", "smoker", "tobacco use", "tobacco user")),
)  # fmt: skip
WORK = (
    Field("employee_number", "Employee number", Text(40),
          aliases=("payroll id", "payroll number", "badge number")),
    Field("email", "Email", Email(), aliases=("e-mail", "email address", "work email"),
          example="ana@example.com"),
    Field("phone", "Phone", Phone(), aliases=("phone number", "telephone", "home phone",
          "cell phone", "mobile"), example="(515) 555-0100"),
    Field("job_title", "Job title", Text(120), aliases=("title", "position", "occupation")),
    Field("hire_date", "Hire date", Day(), aliases=("date of hire", "doh", "hired"),
          example="10/01/2026"),
    Field("termination_date", "Last day of work", Day(),
          aliases=("termination date", "term date", "date of termination"),
          help="The last day on which the employee worked."),
    Field("salary", "Salary per year (USD)", Money(),
          aliases=("salary", "annual salary", "annual earnings", "base salary", "compensation"),
          example="60000"),
    Field("benefit_class", "Benefit class", PartOf(BenefitClass),
          aliases=("class", "class code", "eligibility class"), help="By code or name."),
    Field("division", "Division", PartOf(Division), aliases=("division code", "department"),
          help="By code or name."),
    Field("location", "Location", PartOf(Location),
          aliases=("location code", "work location", "site"), help="By code or name."),
)  # fmt: skip
GROUP = Field(
    "group", "Group", GroupNamed(), True,
    aliases=("employer", "company", "employer name", "company name", "group name", "employer group",
             "group id", "client"),
    help="By name or the partner’s group ID, in every row.",
)  # fmt: skip
SUBSCRIBER_ID = Field(
    "subscriber_id", "Subscriber ID", Text(40),
    aliases=("subscriber number", "employee id", "ee id", "partner id", "subscriber"),
    help="The employee’s number on the partner’s side; leading zeros count.", example="0002852117",
)  # fmt: skip
EMPLOYEE_SSN = Field(
    "employee_ssn", "Employee SSN", Ssn(),
    aliases=("subscriber ssn", "ee ssn", "employee social security number"),
    help="On rows of dependents: whose they are.",
)  # fmt: skip
FIELDS = (
    GROUP,
    Field("relationship", "Relationship", OneOf(RELATIONSHIPS, also=ALSO),
          aliases=("relation", "relationship to employee", "member type", "dependent type"),
          help="Employee, spouse, domestic partner or child; blank is the employee.",
          example="Employee"),
    SUBSCRIBER_ID,
    EMPLOYEE_SSN,
    *PERSON,
    Field("dependent_id", "Dependent ID", Text(40),
          aliases=("dependent number", "member id", "partner’s dependent id")),
    *WORK,
)  # fmt: skip
OF_DEPENDENT = "dependent_"
DEPENDENT_FIELDS = (
    *(
        Field(OF_DEPENDENT + one.key, f"{one.label} (dependent)", one.type, is_derived=True)
        for one in PERSON
    ),
    Field("dependent_relationship", "Relationship (dependent)",
          OneOf(Dependent.Relationship.choices), is_derived=True),
    Field("dependent_external_id", "Dependent ID (dependent)", Text(40), is_derived=True),
)  # fmt: skip


def derive(typed: pl.DataFrame, _context: Context) -> Derived:
    """Tell employees from dependents: a dependent's row says nothing about the employee's person.

    It only names the employee, by subscriber ID or SSN.
    """
    relationship = _column(typed, "relationship")
    is_dependent = (relationship != SELF).fill_null(value=False)
    found: dict[str, pl.Series] = {}
    for one in PERSON:
        if one.key in typed.columns:
            values = typed[one.key]
            found[OF_DEPENDENT + one.key] = values.set(~is_dependent, None)
            found[one.key] = values.set(is_dependent, None)
    for one in WORK:
        if one.key in typed.columns:
            found[one.key] = typed[one.key].set(is_dependent, None)
    if "ssn" in typed.columns or "employee_ssn" in typed.columns:
        own = found.get("ssn", _column(typed, "ssn"))
        found["ssn"] = own.zip_with(own.is_not_null(), _column(typed, "employee_ssn"))
    found["dependent_relationship"] = relationship.set(~is_dependent, None)
    found["dependent_external_id"] = _column(typed, "dependent_id").set(~is_dependent, None)
    names_nobody = _column(typed, "subscriber_id").is_null() & _ssn(found, typed).is_null()
    lost = pl.select(pl.when(is_dependent & names_nobody).then(pl.lit(WHOSE))).to_series()
    columns = pl.DataFrame([values.alias(key) for key, values in found.items()])
    return Derived(columns, {"subscriber_id": lost} if lost.is_not_null().any() else {})


def _ssn(found: dict[str, pl.Series], typed: pl.DataFrame) -> pl.Series:
    return found["ssn"] if "ssn" in found else _column(typed, "ssn")


def _column(typed: pl.DataFrame, key: str, dtype: Any = pl.String) -> pl.Series:
    """A column, or nothing where the file has no such."""
    if key in typed.columns:
        return typed[key]
    return pl.repeat(None, typed.height, dtype=dtype, eager=True)
