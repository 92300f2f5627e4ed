"""What carriers say about paying for a policy: month by month, and where it stands today."""

from datetime import date

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.records.fields import option
from agencyhub.records.models import Option
from agencyhub.records.triggers import history
from policies.models.policies import Policy


class PaymentStatus(models.TextChoices):
    """Our own words; the carrier's are kept beside them."""

    UNKNOWN = "unknown", _("Unknown")
    NOT_REQUIRED = "not_required", _("No payment needed")
    BINDER_DUE = "binder_due", _("Initial payment due")
    BINDER_PAST_DUE = "binder_past_due", _("Initial payment past due")
    CURRENT = "current", _("Paid")
    DUE_SOON = "due_soon", _("Due soon")
    PAST_DUE = "past_due", _("Past due")
    IN_GRACE = "in_grace", _("In grace period")
    PAID_AHEAD = "paid_ahead", _("Paid ahead")
    CANCELLED_NONPAY = "cancelled_nonpay", _("Cancelled, not paid")
    TERMINATED_NONPAY = "terminated_nonpay", _("Terminated, not paid")


class Told(models.Model):
    """Who said something, and as of when."""

    class Source(models.TextChoices):
        PUSH = "push", _("Carrier's push")
        FILE = "file", _("Carrier's file")
        API = "api", _("Carrier's API")
        MANUAL = "manual", _("Set by hand")

    source = models.CharField(max_length=6, choices=Source.choices)
    as_of = models.DateTimeField(help_text="The moment that the statement tells of.")
    told_at = models.DateTimeField(db_default=Now(), help_text="When it arrived here.")
    message_id = models.BigIntegerField(
        null=True, help_text="The delivery that told it, of the inbox."
    )
    import_id = models.BigIntegerField(null=True, help_text="The import whose file told it.")
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class Statement(models.Model):
    """What one statement says about one month; a blank was not said."""

    status = models.CharField(max_length=18, choices=PaymentStatus.choices)
    carrier_status = models.CharField(
        max_length=120, blank=True, db_default="", help_text="The carrier's own words."
    )
    due_date = models.DateField(null=True)
    paid_through_date = models.DateField(null=True)
    amount_due = models.DecimalField("amount due (USD)", max_digits=10, decimal_places=2, null=True)
    past_due_amount = models.DecimalField(
        "past-due amount (USD)", max_digits=10, decimal_places=2, null=True
    )
    grace_start_date = models.DateField(null=True)
    autopay = models.BooleanField(null=True)

    class Meta:
        abstract = True


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: User) -> "PaymentQuerySet":
        """The rows that the user's roles reach: those of the policies that they reach."""
        return scopes.narrow(self, user=user)


class Payment(Told, Statement):
    """What is known about paying one month of one policy: the newest statement, as a whole.

    The initial (binder) payment is a row of its own beside its month's.
    """

    scope = scopes.Scope(parent="policy")

    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="payments", db_index=False
    )
    month = models.DateField(help_text="Its first day.")
    is_binder = models.BooleanField("initial payment", db_default=False)
    first_import_id = models.BigIntegerField(
        null=True, editable=False, help_text="The import whose file told of it first."
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "policy", "month", "is_binder", name="payment_is_known_once_per_policy_and_month"
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="payment_month_is_its_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"payment {self.pk}"


class PaymentFact(Told, Statement):
    """What a payment said before a statement replaced it: its history, never changed."""

    scope = scopes.Scope(parent="policy")

    policy = models.ForeignKey(
        Policy, on_delete=models.CASCADE, related_name="payment_facts", db_index=False
    )
    month = models.DateField()
    is_binder = models.BooleanField(db_default=False)
    replaced_by_import_id = models.BigIntegerField(
        null=True, editable=False, help_text="The import whose file said something else."
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("policy", "month", name="payment_fact_policy_and_month")]

    def __str__(self) -> str:
        return f"payment fact {self.pk}"


class GracePeriod(models.Model):
    """How long a coverage lasts after a payment was missed, by rules that change."""

    coverage_type = option(
        Option.List.COVERAGE_TYPE, "coverage type", required=True, on_delete=models.CASCADE
    )
    start_date = models.DateField(help_text="Holds for months from this day on.")
    months = models.PositiveSmallIntegerField(
        "whole calendar months", help_text="From the first unpaid month on, this one included."
    )
    source = models.CharField(max_length=200, help_text="Where the rule comes from.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "coverage_type", "start_date", name="grace_period_is_said_once_per_type_and_day"
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1) & Q(months__lte=12), name="grace_lasts_1_to_12_months"
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"grace period {self.pk}"


class Standing(models.Model):
    """Where paying for a policy stands: derived from its payments, one row per policy.

    A policy without a row was never told of. ``stale_at`` is when the statement's promise ends:
    from then on the status counts as unknown, and is shown as such. Payments whose moment is
    ``said_as_of`` were said again since, word for word: their moment is ``as_of``, too.
    """

    scope = scopes.Scope(parent="policy")

    policy = models.OneToOneField(
        Policy, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    status = models.CharField(max_length=18, choices=PaymentStatus.choices)
    is_binder = models.BooleanField(db_default=False, help_text="About the initial payment.")
    month = models.DateField(null=True, help_text="The month that the status is about.")
    due_date = models.DateField(null=True)
    deadline = models.DateField(
        null=True, help_text="Last day to pay; afterwards the policy is lost, or in grace."
    )
    due = models.GeneratedField(
        expression=Coalesce("deadline", Value(date.max)),
        output_field=models.DateField(),
        db_persist=True,
        help_text="The deadline to sort by: what has none comes last.",
    )
    paid_through_date = models.DateField(null=True)
    amount_due = models.DecimalField("amount due (USD)", max_digits=10, decimal_places=2, null=True)
    past_due_amount = models.DecimalField(
        "past-due amount (USD)", max_digits=10, decimal_places=2, null=True
    )
    grace_start_date = models.DateField(null=True)
    autopay = models.BooleanField(null=True)
    carrier_status = models.CharField(
        "policy status in the carrier's words", max_length=120, blank=True, db_default=""
    )
    carrier_status_as_of = models.DateTimeField(null=True)
    applied_status = models.CharField(
        max_length=120,
        blank=True,
        db_default="",
        help_text="The carrier's last words that are known: the policy's status follows them.",
    )
    applied_termination_date = models.DateField(null=True, help_text="Told with these words.")
    applied_as_of = models.DateTimeField(null=True)
    source = models.CharField(max_length=6, choices=Told.Source.choices)
    as_of = models.DateTimeField()
    stale_at = models.DateTimeField(null=True)
    said_as_of = models.DateTimeField(
        null=True,
        editable=False,
        help_text="The moment in the payments of which the same was said again as of ``as_of``.",
    )
    told_at = models.DateTimeField(
        null=True, editable=False, help_text="When it was said again, by whom follows."
    )
    message_id = models.BigIntegerField(null=True, editable=False)
    import_id = models.BigIntegerField(null=True, editable=False)
    digest = models.BigIntegerField(
        null=True,
        editable=False,
        help_text="Of the statement of this moment, if it said all that is newest.",
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("status", "deadline", name="standing_status_and_deadline"),
            models.Index("due", "policy", name="standing_due"),
        ]

    def __str__(self) -> str:
        return f"standing of policy {self.policy_id}"
