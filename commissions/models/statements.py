"""What carriers paid: lines of their commission statements, and how they are shared."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import Agent, User
from agencyhub.imports.models import Import
from agencyhub.records.triggers import history
from commissions.models import changes
from commissions.models.insured import Insured
from policies.models import Carrier


class CommissionLineQuerySet(models.QuerySet["CommissionLine"]):
    def visible_to(self, user: User) -> "CommissionLineQuerySet":
        """The rows that the user's roles reach."""
        return scopes.narrow(self, user=user)

    def counting(self) -> "CommissionLineQuerySet":
        """The lines that carriers did not take out of a statement since."""
        return self.filter(superseded_at__isnull=True)


class CommissionLine(Insured):
    """One paid line of a carrier's statement. A negative amount was taken back."""

    class Kind(models.TextChoices):
        INITIAL = "initial", _("Initial")
        RENEWAL = "renewal", _("Renewal")
        TRUE_UP = "true_up", _("True-up")
        CHARGEBACK = "chargeback", _("Chargeback")
        BONUS = "bonus", _("Bonus")
        OVERRIDE = "override", _("Override")
        ADVANCE = "advance", _("Advance")
        OTHER = "other", _("Other")

    scope = scopes.Scope(agent="agent")

    kind = models.CharField(
        max_length=10, choices=Kind.choices, default=Kind.OTHER, db_default=Kind.OTHER
    )
    amount = models.DecimalField("commission (USD)", max_digits=12, decimal_places=2)
    statement_date = models.DateField(null=True, blank=True)
    paid_date = models.DateField(null=True, blank=True)
    payment_period = models.DateField(
        null=True, blank=True, help_text="First day of the first month that was paid for."
    )
    months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many months were paid for."
    )
    member_id = models.CharField("member ID", max_length=60, blank=True, default="", db_default="")
    application_number = models.CharField(max_length=60, blank=True, default="", db_default="")
    carrier_action = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="The carrier's own words."
    )
    comment = models.CharField(max_length=250, blank=True, default="", db_default="")
    source = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False,
        db_index=False, db_constraint=False, help_text="The statement that brought it.",
    )  # fmt: skip
    fingerprint = models.BigIntegerField(
        null=True, editable=False, help_text="Of what the line says; of equal lines their number."
    )
    superseded_at = models.DateTimeField(
        null=True, editable=False,
        help_text="When the carrier rewrote the statement without this line.",
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())

    objects = CommissionLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "fingerprint",
                condition=Q(fingerprint__isnull=False),
                name="line_is_known_once",
            )
        ]
        indexes = [
            models.Index("policy_key", condition=~Q(policy_key=""), name="line_policy_key"),
            models.Index("carrier", "statement_date", name="line_carrier_and_day"),
        ]
        triggers = [*history(), *changes.noticed(changes.LINE)]

    def __str__(self) -> str:
        return f"commission line {self.pk}"


class CommissionSplit(models.Model):
    """Somebody's share of a line. The shares of a line add up to its amount."""

    class Role(models.TextChoices):
        WRITING = "writing", _("Writing agent")
        UPLINE = "upline", _("Upline")
        AGENCY = "agency", _("Agency")

    line = models.ForeignKey(CommissionLine, on_delete=models.CASCADE, related_name="splits")
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    role = models.CharField(max_length=8, choices=Role.choices)
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    amount = models.DecimalField("share (USD)", max_digits=12, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "line", "role", "agent", name="split_is_named_once_per_line", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0) & Q(percent__lte=100), name="split_is_a_percentage"
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"split {self.pk}"


class WritingNumber(models.Model):
    """What a carrier calls one of our agents."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="writing_numbers")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="writing_numbers")
    number = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "carrier",
                "number",
                name="writing_number_is_unique_per_carrier",
                violation_error_message=_("The carrier calls another agent by this number."),
            )
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"writing number {self.pk}"
