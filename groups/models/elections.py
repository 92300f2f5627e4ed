"""What members chose: in force, requested and guaranteed, side by side."""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records.models import Batch
from agencyhub.records.triggers import history
from groups.models.members import Dependent, Employee
from groups.models.plans import Benefit, GroupPlan, PlanRate

# What a decision on evidence changes is kept with the decision itself, before and after.
DECIDING = "agencyhub.deciding"
TOLD_BY_PAYROLL = frozenset({"deduction", "deduction_as_of", "updated_at"})


def volume_field(verbose_name: str, **options: Any) -> Any:
    """An amount of coverage; ``verbose_name`` gets its unit."""
    return models.DecimalField(f"{verbose_name} (USD)", max_digits=12, decimal_places=2, **options)


def _premium(verbose_name: str) -> Any:
    return models.DecimalField(
        f"{verbose_name} per month (USD)", max_digits=10, decimal_places=2, null=True, blank=True
    )


class ElectionNotUndoableError(DomainError):
    """More hangs on a choice than the history of its row."""

    code = "election_not_undoable"


class ElectionQuerySet(models.QuerySet["Election"]):
    def visible_to(self, user: User) -> "ElectionQuerySet":
        """The rows that the user's roles reach: those of the groups that they reach."""
        return scopes.narrow(self, user=user)

    def waiting(self) -> "ElectionQuerySet":
        """Keep those of which a part waits for evidence."""
        return self.filter(waiting_for_eoi=True)


class Election(models.Model):
    """A member's coverage under one benefit, in three sets side by side.

    ``volume`` is in force, ``requested_volume`` was asked for, ``gi_volume`` is what is granted
    without evidence. While ``waiting_for_eoi``, what was asked for beyond ``volume`` is pending:
    nothing is deducted or reported for it. ``dependent`` is blank for the employee's own coverage,
    and for one that covers all children together.

    Source: PlanSource's coverage (reference/groups_eoi.md B3), read 2026-11-22.
    """

    class Event(models.TextChoices):
        NEW_HIRE = "new_hire", _("New hire")
        OPEN_ENROLLMENT = "open_enrollment", _("Open enrollment")
        LIFE_EVENT = "life_event", _("Life event")
        SALARY_CHANGE = "salary_change", _("Change of salary")
        CORRECTION = "correction", _("Correction")

    scope = scopes.Scope(parent="employee")

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="elections", db_index=False
    )
    dependent = models.ForeignKey(
        Dependent,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="elections",
        verbose_name="covered dependent",
    )
    benefit = models.ForeignKey(Benefit, on_delete=models.PROTECT, related_name="elections")
    external_id = models.CharField(
        "partner's coverage ID", max_length=40, blank=True, default="", db_default=""
    )

    plan = models.ForeignKey(
        GroupPlan,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="elections",
        help_text="In force; blank while nothing is.",
    )
    volume = volume_field("volume in force", default=Decimal(0))
    level = models.CharField(
        "coverage level", max_length=18, choices=PlanRate.Level.choices, blank=True, default=""
    )
    premium = _premium("premium")

    requested_plan = models.ForeignKey(
        GroupPlan, on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )
    requested_volume = volume_field("requested volume", null=True, blank=True)
    requested_level = models.CharField(
        "requested coverage level",
        max_length=18,
        choices=PlanRate.Level.choices,
        blank=True,
        default="",
    )
    requested_premium = _premium("requested premium")

    multiple = models.DecimalField(
        "multiple of the salary",
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="As the member chose, where the plan counts so; a raise asks for it again.",
    )
    gi_volume = volume_field("guaranteed volume", default=Decimal(0))
    gi_premium = _premium("guaranteed premium")

    waiting_for_eoi = models.BooleanField("waiting for EOI", default=False)
    event = models.CharField(max_length=16, choices=Event.choices)
    elected_date = models.DateField(help_text="When the member chose.")
    original_effective_date = models.DateField(
        null=True, blank=True, help_text="First day of this coverage, in any amount."
    )
    change_effective_date = models.DateField(
        null=True, blank=True, help_text="From when the newest change was asked for."
    )
    termination_date = models.DateField(null=True, blank=True, help_text="Last covered day.")

    deduction = models.DecimalField(
        "payroll deduction per pay period (USD)",
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="As payroll told it.",
    )
    deduction_as_of = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    objects = ElectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "employee",
                "benefit",
                "dependent",
                nulls_distinct=False,
                name="election_is_unique_per_person_and_benefit",
            ),
            models.CheckConstraint(
                condition=Q(volume__gte=0)
                & Q(gi_volume__gte=0)
                & (Q(requested_volume__isnull=True) | Q(requested_volume__gte=0)),
                name="election_volumes_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(waiting_for_eoi=False)
                | Q(requested_volume__isnull=False, requested_volume__gt=F("volume"))
                | Q(requested_plan__isnull=False),
                name="election_waits_for_something",
            ),
            models.CheckConstraint(
                condition=Q(termination_date__isnull=True)
                | Q(original_effective_date__isnull=True)
                | Q(termination_date__gte=F("original_effective_date")),
                name="election_ends_on_or_after_its_effective_date",
            ),
        ]
        triggers = history(unless=DECIDING)

    def __str__(self) -> str:
        return f"election {self.pk}"

    @classmethod
    def before_undo(cls, batch: Batch) -> None:
        """Refuse to rewind a choice: its request for evidence and its coverage would stay behind.

        Raises:
            ElectionNotUndoableError: the batch changed more than what payroll told.
        """
        changes = batch.changes.filter(table_name=cls._meta.db_table)
        for before, after in changes.values_list("before", "after"):
            if set(before or after or {}) - TOLD_BY_PAYROLL:
                msg = gettext(
                    "What a member chose is not undone here. Let them choose again, withdraw the"
                    " request or end the coverage, on the employee's page."
                )
                raise ElectionNotUndoableError(msg)

    @classmethod
    def after_undo(cls, _batch: Batch) -> list[str]:
        """Nothing else stays as it is."""
        return []

    @property
    def eoi_volume(self) -> Decimal:
        """What waits for evidence, in USD."""
        return waits_for_evidence(
            self.requested_volume, self.volume, is_waiting=self.waiting_for_eoi
        )


def waits_for_evidence(
    requested: Decimal | None, in_force: Decimal, *, is_waiting: bool
) -> Decimal:
    """How much of a volume waits for evidence, in USD: requested less in force."""
    if not is_waiting or requested is None:
        return Decimal(0)
    return max(requested - in_force, Decimal(0))


class CoveragePeriod(models.Model):
    """What was in force for an election from a day to a day; both days are covered."""

    scope = scopes.Scope(parent="election")

    election = models.ForeignKey(
        Election, on_delete=models.CASCADE, related_name="periods", db_index=False
    )
    plan = models.ForeignKey(GroupPlan, on_delete=models.PROTECT, related_name="+", db_index=False)
    volume = volume_field("volume")
    level = models.CharField(
        "coverage level", max_length=18, choices=PlanRate.Level.choices, blank=True, default=""
    )
    premium = _premium("premium")
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True, help_text="Last covered day.")
    decision_id = models.BigIntegerField(
        null=True, help_text="The decision on evidence that began it, if one did."
    )

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="election_has_one_coverage_at_a_time",
                expressions=[
                    ("election", "="),
                    (
                        Func(
                            "start_date",
                            "end_date",
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="coverage_period_ends_on_or_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(volume__gte=0), name="coverage_period_volume_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"coverage period {self.pk}"
