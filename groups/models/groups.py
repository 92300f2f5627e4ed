"""Employer groups, and how each sorts its employees."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import Agent, User
from agencyhub.lib.db import NameKey
from agencyhub.lib.states import STATES
from agencyhub.records.triggers import history


class EmployerGroupQuerySet(models.QuerySet["EmployerGroup"]):
    def visible_to(self, user: User) -> "EmployerGroupQuerySet":
        """The rows that the user's roles reach."""
        return scopes.narrow(self, user=user)


class EmployerGroup(models.Model):
    """A company whose employees' benefits the agency looks after."""

    class Status(models.TextChoices):
        PROSPECT = "prospect", _("Prospect")
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")

    scope = scopes.Scope(agent="servicing_agent")

    name = models.CharField(max_length=160)
    name_key = models.GeneratedField(
        expression=NameKey("name"), output_field=models.CharField(), db_persist=True
    )
    dba_name = models.CharField(
        "doing business as", max_length=160, blank=True, default="", db_default=""
    )
    external_id = models.CharField(
        "partner's group ID",
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="The benefits platform's own number for the group.",
    )
    federal_ein = models.CharField(
        "federal EIN", max_length=9, blank=True, default="", db_default="", help_text="Nine digits."
    )
    sic_code = models.CharField("SIC code", max_length=4, blank=True, default="", db_default="")
    state = models.CharField(max_length=2, choices=STATES, blank=True, default="", db_default="")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    renewal_date = models.DateField(
        null=True, blank=True, help_text="First day of the next plan year."
    )
    pay_periods = models.PositiveSmallIntegerField(
        "pay periods per year", default=12, help_text="How often deductions are taken."
    )
    servicing_agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="groups"
    )
    is_test = models.BooleanField(
        "test group", default=False, help_text="Partners see it only where they ask for tests."
    )
    notes = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    objects = EmployerGroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "external_id", condition=~Q(external_id=""), name="group_external_id_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(federal_ein="") | Q(federal_ein__regex=r"^\d{9}$"),
                name="group_ein_has_9_digits",
            ),
            models.CheckConstraint(
                condition=Q(pay_periods__gte=1) & Q(pay_periods__lte=53),
                name="group_pays_1_to_53_times_a_year",
            ),
        ]
        indexes = [models.Index("name_key", "id", name="group_name")]
        triggers = history()

    def __str__(self) -> str:
        return f"employer group {self.pk}"


class UnitQuerySet(models.QuerySet[models.Model]):
    def visible_to(self, user: User) -> "UnitQuerySet":
        """The rows that the user's roles reach: those of the groups that they reach."""
        return scopes.narrow(self, user=user)


class Unit(models.Model):
    """One value of a way in which a group sorts its employees; the code is what partners send."""

    scope = scopes.Scope(parent="group")

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField("in use", default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class BenefitClass(Unit):
    """Employees who are offered the same: executives, hourly, part time."""

    group = models.ForeignKey(
        EmployerGroup, on_delete=models.CASCADE, related_name="benefit_classes", db_index=False
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "benefit classes"
        constraints = [
            models.UniqueConstraint(
                "group", "code", name="benefit_class_code_is_unique_in_its_group"
            )
        ]
        triggers = history()


class Division(Unit):
    """A part of the company that is billed or reported by itself."""

    group = models.ForeignKey(
        EmployerGroup, on_delete=models.CASCADE, related_name="divisions", db_index=False
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("group", "code", name="division_code_is_unique_in_its_group")
        ]
        triggers = history()


class Location(Unit):
    """Where employees work."""

    group = models.ForeignKey(
        EmployerGroup, on_delete=models.CASCADE, related_name="locations", db_index=False
    )
    state = models.CharField(max_length=2, choices=STATES, blank=True, default="", db_default="")

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("group", "code", name="location_code_is_unique_in_its_group")
        ]
        triggers = history()
