"""Employees and their dependents, with the numbers that partners know them by."""

from typing import TypeVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.lib.crypto import blind_index
from agencyhub.lib.db import NameKey
from agencyhub.lib.fields import SealedTextField
from agencyhub.lib.naming import FullName
from agencyhub.lib.ssn import TAIL
from agencyhub.records.triggers import history
from groups.models.groups import BenefitClass, Division, EmployerGroup, Location
from individuals.models import Gender

SSN_INDEX = "ssn"
SSN_MASK = "•••-••-"
MemberRow = TypeVar("MemberRow", bound="Member")


class MemberQuerySet(models.QuerySet[MemberRow]):
    """Filters that employees and dependents share."""

    def visible_to(self, user: User) -> "MemberQuerySet[MemberRow]":
        """The rows that the user's roles reach: those of the groups that they reach."""
        return scopes.narrow(self, user=user)

    def with_ssn(self, ssn: str) -> "MemberQuerySet[MemberRow]":
        """Everybody who has exactly these nine digits, found through the blind index."""
        return self.filter(ssn_index=blind_index(ssn, purpose=SSN_INDEX))


class Member(FullName, models.Model):
    """The fields that employees and dependents share."""

    first_name = models.CharField(max_length=80)
    middle_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    last_name = models.CharField(max_length=80)
    suffix = models.CharField(max_length=20, blank=True, default="", db_default="")
    first_name_key = models.GeneratedField(
        expression=NameKey("first_name"), output_field=models.CharField(), db_persist=True
    )
    last_name_key = models.GeneratedField(
        expression=NameKey("last_name"), output_field=models.CharField(), db_persist=True
    )
    date_of_birth = models.DateField(null=True, blank=True)
    gender = models.CharField(
        max_length=6, choices=Gender.choices, blank=True, default="", db_default=""
    )
    ssn = SealedTextField(verbose_name="SSN", index_column="ssn_index", index_purpose=SSN_INDEX)
    ssn_index = models.BinaryField(null=True, editable=False)
    ssn_tail = models.CharField(
        max_length=4,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="What may be shown: the last four.",
    )
    uses_tobacco = models.BooleanField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    class Meta:
        abstract = True

    @property
    def masked_ssn(self) -> str:
        """The SSN as a screen may show it, or blank."""
        return f"{SSN_MASK}{self.ssn_tail}" if self.ssn_tail else ""

    def set_ssn(self, ssn: str) -> bool:
        """Set or clear (blank) the nine digits and what is derived; say whether it changed."""
        index = blind_index(ssn, purpose=SSN_INDEX) if ssn else None
        before = None if self.ssn_index is None else bytes(self.ssn_index)
        if before == index:
            return False
        field = self._meta.get_field("ssn")
        self.ssn = field.seal(ssn) if ssn else None  # type: ignore[union-attr]
        self.ssn_index, self.ssn_tail = index, ssn[-TAIL:]
        return True


class Employee(Member):
    """Somebody who works for an employer group: the subscriber of its benefits."""

    scope = scopes.Scope(parent="group")

    group = models.ForeignKey(
        EmployerGroup, on_delete=models.PROTECT, related_name="employees", db_index=False
    )
    external_id = models.CharField(
        "subscriber ID",
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text="The employee's own number on the partner's side; leading zeros count.",
    )
    employee_number = models.CharField(max_length=40, blank=True, default="", db_default="")
    email = models.EmailField(blank=True, default="", db_default="")
    phone = models.CharField(max_length=10, blank=True, default="", db_default="")
    job_title = models.CharField(max_length=120, blank=True, default="", db_default="")
    hire_date = models.DateField(null=True, blank=True)
    termination_date = models.DateField(null=True, blank=True, help_text="Last day of work.")
    salary = models.DecimalField(
        "salary per year (USD)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    benefit_class = models.ForeignKey(
        BenefitClass, on_delete=models.PROTECT, null=True, blank=True, related_name="employees"
    )
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, null=True, blank=True, related_name="employees"
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="employees"
    )

    objects = MemberQuerySet["Employee"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "group",
                "external_id",
                condition=~Q(external_id=""),
                name="subscriber_id_is_unique_in_its_group",
            ),
            models.UniqueConstraint(
                "group",
                "ssn_index",
                condition=Q(ssn_index__isnull=False),
                name="ssn_is_unique_among_the_employees_of_a_group",
            ),
            models.CheckConstraint(
                condition=Q(termination_date__isnull=True)
                | Q(hire_date__isnull=True)
                | Q(termination_date__gte=F("hire_date")),
                name="employee_leaves_on_or_after_the_hire_date",
            ),
            models.CheckConstraint(
                condition=Q(salary__isnull=True) | Q(salary__gte=0),
                name="employee_salary_is_not_negative",
            ),
        ]
        indexes = [
            models.Index(
                "group", "last_name_key", "first_name_key", "id", name="employee_group_and_name"
            ),
            models.Index("last_name_key", "first_name_key", "id", name="employee_name"),
            models.Index("external_id", name="employee_external_id", condition=~Q(external_id="")),
            models.Index("ssn_index", name="employee_ssn", condition=Q(ssn_index__isnull=False)),
        ]
        permissions = [("reveal_ssn", "Can reveal a full SSN, with a reason")]
        triggers = history()

    def __str__(self) -> str:
        return f"employee {self.pk}"


class Dependent(Member):
    """A spouse, partner or child of an employee."""

    class Relationship(models.TextChoices):
        SPOUSE = "spouse", _("Spouse")
        DOMESTIC_PARTNER = "domestic_partner", _("Domestic partner")
        CHILD = "child", _("Child")

    scope = scopes.Scope(parent="employee")

    employee = models.ForeignKey(
        Employee, on_delete=models.CASCADE, related_name="dependents", db_index=False
    )
    external_id = models.CharField(
        "partner's ID", max_length=40, blank=True, default="", db_default=""
    )
    relationship = models.CharField(max_length=16, choices=Relationship.choices)

    objects = MemberQuerySet["Dependent"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "employee",
                "external_id",
                condition=~Q(external_id=""),
                name="dependent_external_id_is_unique_for_its_employee",
            ),
        ]
        indexes = [models.Index("employee", "relationship", "id", name="dependent_of_employee")]
        triggers = history()

    def __str__(self) -> str:
        return f"dependent {self.pk}"
