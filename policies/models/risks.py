"""Policies that will be lost unless somebody acts, and what became of them."""

from datetime import date

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.records.triggers import history
from policies.models.policies import Policy


class RiskQuerySet(models.QuerySet["Risk"]):
    def visible_to(self, user: User) -> "RiskQuerySet":
        """The rows that the user's roles reach: those of the policies that they reach."""
        return scopes.narrow(self, user=user)

    def open(self) -> "RiskQuerySet":
        """Keep those that are still to be worked on."""
        return self.filter(closed_at__isnull=True)


class Risk(models.Model):
    """One policy at risk: its worst reason decides the kind, all reasons are kept.

    ``severity`` sorts the board, the gravest first (1). ``reasons`` are codes with values; they
    are put into words where they are shown, in the reader's language. ``last_call`` and what stands
    beside it tell of the last of ``calls`` that settled nothing; they stay when the risk closes.
    """

    class Kind(models.TextChoices):
        COVERAGE = "coverage", _("Coverage at risk")
        IN_GRACE = "in_grace", _("In grace period")
        PAST_DUE = "past_due", _("Past due")
        BINDER_DUE = "binder_due", _("Initial payment due")
        COMMISSION = "commission", _("Commission at risk")
        UNKNOWN = "unknown", _("Unknown")

    class Outcome(models.TextChoices):
        SAVED = "saved", pgettext_lazy("policy at risk", "Saved")
        LOST = "lost", _("Lost")
        PASSED = "passed", _("Passed by itself")

    class Call(models.TextChoices):
        NO_ANSWER = "no_answer", _("No answer")
        LEFT_MESSAGE = "left_message", _("Left a message")
        PROMISED = "promised", _("Promised to pay")
        OTHER = "other", _("Something else")

    scope = scopes.Scope(parent="policy")

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="risks")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    severity = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    deadline = models.DateField(null=True, help_text="The last day on which it can be saved.")
    due = models.GeneratedField(
        expression=Coalesce("deadline", Value(date.max)),
        output_field=models.DateField(),
        db_persist=True,
        help_text="The deadline to sort by: what has none comes last.",
    )
    premium_at_stake = models.DecimalField(
        "premium at stake (USD per month)", max_digits=10, decimal_places=2, null=True
    )
    commission_at_stake = models.DecimalField(
        "commission at stake (USD per year)", max_digits=10, decimal_places=2, null=True
    )
    commission_as_of = models.DateField(
        null=True, help_text="The newest commission line behind the commission at stake."
    )
    as_of = models.DateTimeField(null=True, help_text="Of the newest fact behind it.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=6, choices=Outcome.choices, blank=True, default="")
    outcome_reason = models.CharField("why", max_length=200, blank=True, default="")
    closed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    calls = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How many were logged that did not settle it."
    )
    last_call = models.CharField(
        max_length=12, choices=Call.choices, blank=True, default="", db_default=""
    )
    last_called_at = models.DateTimeField(null=True)
    last_called_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    call_note = models.CharField(
        "note of the last call", max_length=200, blank=True, default="", db_default=""
    )
    call_on = models.DateField("call again on", null=True)

    objects = RiskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "policy",
                condition=Q(closed_at__isnull=True),
                name="policy_has_one_open_risk",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="risk_is_closed_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                "severity", "due", "id",
                condition=Q(closed_at__isnull=True),
                name="open_risk_by_severity",
            ),
            models.Index(
                "closed_by", "closed_at",
                condition=Q(closed_by__isnull=False),
                name="risk_by_who_closed_it",
            ),
            models.Index(
                "call_on",
                condition=Q(closed_at__isnull=True, call_on__isnull=False),
                name="open_risk_by_next_call",
            ),
        ]  # fmt: skip
        triggers = history()

    def __str__(self) -> str:
        return f"risk {self.pk}"
