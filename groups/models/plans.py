"""What a group offers: benefits, the plans behind them, their rates and when they ask for EOI."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.records.triggers import history
from groups.models.groups import BenefitClass, EmployerGroup
from policies.models import Carrier


class LineOfCoverage(models.TextChoices):
    """Source: the lines of Noyo's published API (reference/groups_eoi.md A3), read 2026-11-22."""

    MEDICAL = "medical", _("Medical")
    DENTAL = "dental", _("Dental")
    VISION = "vision", _("Vision")
    LIFE = "life", _("Life")
    ADD = "add", "AD&D"
    STD = "std", _("Short-term disability")
    LTD = "ltd", _("Long-term disability")
    ACCIDENT = "accident", _("Accident")
    CRITICAL_ILLNESS = "critical_illness", _("Critical illness")
    CANCER = "cancer", _("Cancer")
    HEALTH_FUND = "health_fund", _("Health fund")
    HOSPITAL_INDEMNITY = "hospital_indemnity", _("Hospital indemnity")
    PHARMACY = "pharmacy", _("Pharmacy")
    WELLNESS = "wellness", _("Wellness")


class PartQuerySet(models.QuerySet[models.Model]):
    def visible_to(self, user: User) -> "PartQuerySet":
        """The rows that the user's roles reach: those of the groups that they reach."""
        return scopes.narrow(self, user=user)


class Benefit(models.Model):
    """One thing that members choose: the employee's life insurance, the spouse's.

    ``lookup_code`` is how partners name it; a dependent's coverage has a benefit of its own.
    """

    class Covers(models.TextChoices):
        SUBSCRIBER = "subscriber", _("Employee")
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Children")

    scope = scopes.Scope(parent="group")

    group = models.ForeignKey(
        EmployerGroup, on_delete=models.CASCADE, related_name="benefits", db_index=False
    )
    lookup_code = models.CharField(max_length=60, help_text="Such as subscriber_life.")
    name = models.CharField(max_length=120)
    line = models.CharField("line of coverage", max_length=20, choices=LineOfCoverage.choices)
    covers = models.CharField(max_length=10, choices=Covers.choices, default=Covers.SUBSCRIBER)

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "group", "lookup_code", name="benefit_lookup_code_is_unique_in_its_group"
            ),
            models.CheckConstraint(
                condition=Q(lookup_code__regex=r"^[a-z0-9_]+$"),
                name="benefit_lookup_code_is_small_letters_digits_underscores",
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"benefit {self.pk}"


class GroupPlan(models.Model):
    """A carrier's plan that a group offers under a benefit, from a day to a day.

    Volumes are amounts of coverage in USD. What is chosen lies between ``minimum_volume`` and
    ``maximum_volume`` in steps of ``increment``; for a plan by salary the steps are multiples of
    the salary, rounded up to ``increment``.
    """

    class Basis(models.TextChoices):
        AMOUNT = "amount", _("An amount that the member chooses")
        MULTIPLE = "multiple", _("A multiple of the salary")
        NONE = "none", _("No amount: a plan and who is covered")

    class Takes(models.TextChoices):
        """From when an approved amount holds, where nobody says otherwise."""

        FIRST_OF_NEXT_MONTH = "first_of_next_month", _("First of the month after the decision")
        DECISION = "decision", _("Day of the decision")
        REQUESTED = "requested", _("The later of the decision and the requested day")

    scope = scopes.Scope(parent="group")

    group = models.ForeignKey(
        EmployerGroup, on_delete=models.CASCADE, related_name="plans", db_index=False
    )
    benefit = models.ForeignKey(Benefit, on_delete=models.PROTECT, related_name="plans")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="group_plans")
    name = models.CharField(max_length=160)
    code = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="The carrier's plan code."
    )
    policy_number = models.CharField(
        "group policy number", max_length=60, blank=True, default="", db_default=""
    )
    effective_date = models.DateField()
    termination_date = models.DateField(null=True, blank=True, help_text="Last covered day.")
    classes = models.ManyToManyField(
        BenefitClass,
        blank=True,
        related_name="plans",
        verbose_name="offered to",
        help_text="No class: everybody.",
    )

    basis = models.CharField(max_length=8, choices=Basis.choices, default=Basis.AMOUNT)
    increment = models.DecimalField(
        "increment (USD)", max_digits=12, decimal_places=2, default=Decimal(10_000)
    )
    minimum_volume = models.DecimalField(
        "minimum volume (USD)", max_digits=12, decimal_places=2, default=Decimal(0)
    )
    maximum_volume = models.DecimalField(
        "maximum volume (USD)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    maximum_multiple = models.DecimalField(
        "maximum multiple of the salary", max_digits=4, decimal_places=2, null=True, blank=True
    )
    spouse_percent = models.PositiveSmallIntegerField(
        "at most this percent of the employee's approved volume",
        null=True,
        blank=True,
        help_text="For coverage of a spouse or children.",
    )

    needs_eoi = models.BooleanField(
        "asks for EOI", default=True, help_text="Amounts beyond the guaranteed issue need evidence."
    )
    late_days = models.PositiveSmallIntegerField(
        "days to enroll without being late",
        default=31,
        help_text="After this many days since eligibility any amount needs EOI.",
    )
    step_up_volume = models.DecimalField(
        "yearly increase without EOI (USD)",
        max_digits=12,
        decimal_places=2,
        default=Decimal(0),
        help_text="Up to the guaranteed issue.",
    )
    takes_effect = models.CharField(
        "approved amounts take effect",
        max_length=20,
        choices=Takes.choices,
        default=Takes.FIRST_OF_NEXT_MONTH,
    )
    form_days = models.PositiveSmallIntegerField(
        "days to send the health form", default=60, help_text="Afterwards expiry is proposed."
    )
    employer_percent = models.PositiveSmallIntegerField(
        "employer pays (percent)", default=0, help_text="Of the premium; the rest is deducted."
    )

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(termination_date__isnull=True)
                | Q(termination_date__gte=F("effective_date")),
                name="group_plan_ends_on_or_after_its_effective_date",
            ),
            models.CheckConstraint(
                condition=Q(increment__gt=0) & Q(minimum_volume__gte=0) & Q(step_up_volume__gte=0),
                name="group_plan_amounts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(maximum_volume__isnull=True)
                | Q(maximum_volume__gte=F("minimum_volume")),
                name="group_plan_maximum_is_not_below_its_minimum",
            ),
            models.CheckConstraint(
                condition=Q(employer_percent__lte=100), name="employer_pays_at_most_everything"
            ),
        ]
        indexes = [models.Index("group", "benefit", "effective_date", name="group_plan_of_benefit")]
        triggers = history()

    def __str__(self) -> str:
        return f"group plan {self.pk}"


class GuaranteedIssue(models.Model):
    """What a plan grants without evidence, from an age on.

    An amount, a multiple of the salary (rounded up to the plan's increment) or both: the lower one.
    """

    plan = models.ForeignKey(
        GroupPlan, on_delete=models.CASCADE, related_name="guaranteed_issues", db_index=False
    )
    from_age = models.PositiveSmallIntegerField(default=0)
    volume = models.DecimalField(
        "guaranteed issue (USD)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    multiple = models.DecimalField(
        "multiple of the salary", max_digits=4, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name_plural = "guaranteed issues"
        constraints = [
            models.UniqueConstraint(
                "plan", "from_age", name="guaranteed_issue_is_said_once_per_age"
            ),
            models.CheckConstraint(
                condition=Q(volume__isnull=False) | Q(multiple__isnull=False),
                name="guaranteed_issue_says_an_amount_or_a_multiple",
            ),
            models.CheckConstraint(
                condition=(Q(volume__isnull=True) | Q(volume__gte=0))
                & (Q(multiple__isnull=True) | Q(multiple__gte=0)),
                name="guaranteed_issue_is_not_negative",
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"guaranteed issue {self.pk}"


class PlanRate(models.Model):
    """What a plan costs per month from an age and a day on.

    ``per_thousand`` for each $1,000 of volume; ``flat`` for a coverage level without a volume.
    """

    class Level(models.TextChoices):
        EMPLOYEE = "employee", _("Employee")
        EMPLOYEE_SPOUSE = "employee_spouse", _("Employee and spouse")
        EMPLOYEE_CHILDREN = "employee_children", _("Employee and children")
        FAMILY = "family", _("Family")

    plan = models.ForeignKey(
        GroupPlan, on_delete=models.CASCADE, related_name="rates", db_index=False
    )
    start_date = models.DateField()
    from_age = models.PositiveSmallIntegerField(default=0)
    level = models.CharField(
        "coverage level", max_length=18, choices=Level.choices, blank=True, default=""
    )
    per_thousand = models.DecimalField(
        "per $1,000 and month (USD)", max_digits=9, decimal_places=4, null=True, blank=True
    )
    flat = models.DecimalField(
        "per month (USD)", max_digits=10, decimal_places=2, null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "plan", "start_date", "from_age", "level", name="plan_rate_is_said_once"
            ),
            models.CheckConstraint(
                # Said with "is not null": a check that comes to NULL lets everything in.
                condition=Q(per_thousand__isnull=False, per_thousand__gte=0, flat__isnull=True)
                | Q(flat__isnull=False, flat__gte=0, per_thousand__isnull=True),
                name="plan_rate_is_per_thousand_or_flat",
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"plan rate {self.pk}"
