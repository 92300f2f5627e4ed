"""Requests for evidence of insurability: what waits for a carrier's decision, and since when."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from groups.models import Election, Employee, EmployerGroup


class EoiRequestQuerySet(models.QuerySet["EoiRequest"]):
    def visible_to(self, user: User) -> "EoiRequestQuerySet":
        """The rows that the user's roles reach: those of the groups that they reach."""
        return scopes.narrow(self, user=user)

    def open(self) -> "EoiRequestQuerySet":
        """Keep those of which something is still to be decided."""
        return self.filter(closed_at__isnull=True)


class EoiRequest(models.Model):
    """One time that a member's election asked for more than is granted without evidence.

    The volumes are those of the election; here is what happens to the request. Group and employee
    are the election's, kept here because every list and every partner asks for them.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        PARTIALLY_PENDED = "partially_pended", _("Approved in part, rest pending")
        APPROVED = "approved", _("Approved")
        APPROVED_PARTIAL = "approved_partial", _("Approved in part")
        APPROVED_CAPPED = "approved_capped", _("Approved, no more allowed")
        DENIED = "denied", _("Denied")
        EXPIRED = "expired", _("Expired")
        VOIDED = "voided", _("Withdrawn")

    class Form(models.TextChoices):
        NOT_SENT = "not_sent", _("Not sent")
        INCOMPLETE = "incomplete", _("Incomplete")
        COMPLETE = "complete", _("Complete")

    scope = scopes.Scope(parent="group")

    group = models.ForeignKey(
        EmployerGroup, on_delete=models.PROTECT, related_name="eoi_requests", db_index=False
    )
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="eoi_requests")
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="eoi_requests")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    reasons = models.JSONField(
        default=list, help_text="Why evidence is asked for: codes with values."
    )
    requested_volume = models.DecimalField(
        "requested volume (USD)",
        max_digits=12,
        decimal_places=2,
        default=Decimal(0),
        help_text="When the request began; what waits now is on the election.",
    )
    opened_date = models.DateField(help_text="From which its age counts.")
    form_status = models.CharField(
        "health form", max_length=10, choices=Form.choices, default=Form.NOT_SENT
    )
    form_completed_date = models.DateField(null=True, blank=True)
    expiration_date = models.DateField(
        null=True,
        blank=True,
        help_text="Last day for the health form; expiry is proposed after it.",
    )
    reference_number = models.CharField(
        "carrier's reference number", max_length=60, blank=True, default="", db_default=""
    )
    is_expiry_proposed = models.BooleanField("expiry proposed", default=False, db_default=False)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = EoiRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "EOI request"
        constraints = [
            models.UniqueConstraint(
                "election",
                condition=Q(closed_at__isnull=True),
                name="election_has_one_open_eoi_request",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, status__in=("pending", "partially_pended"))
                | (Q(closed_at__isnull=False) & ~Q(status__in=("pending", "partially_pended"))),
                name="eoi_request_is_closed_with_an_end",
            ),
        ]
        indexes = [
            models.Index(
                "opened_date", "id",
                condition=Q(closed_at__isnull=True),
                name="open_eoi_request_by_age",
            ),
            models.Index(
                "opened_date", "id",
                condition=Q(closed_at__isnull=True, is_expiry_proposed=True),
                name="proposed_expiry_by_age",
            ),
            models.Index(
                "form_status", "opened_date", "id",
                condition=Q(closed_at__isnull=True),
                name="open_eoi_request_by_form",
            ),
            models.Index(
                "group", "opened_date", "id",
                condition=Q(closed_at__isnull=True),
                name="open_eoi_request_of_group",
            ),
            models.Index("group", "opened_date", "id", name="eoi_request_of_group"),
            models.Index(
                "closed_at", "id",
                condition=Q(closed_at__isnull=False),
                name="closed_eoi_request_by_time",
            ),
        ]  # fmt: skip
        permissions = [
            ("decide_eoirequest", "Can record a carrier's decision on EOI"),
            ("reverse_decision", "Can reverse a decision on EOI, with a reason"),
        ]

    def __str__(self) -> str:
        return f"EOI request {self.pk}"


class Decision(models.Model):
    """What a carrier decided on a request, through which door, and what it changed.

    Never changed; a reversal is noted on it and puts back what it changed (``undo``).
    """

    class Action(models.TextChoices):
        """Codes on the wire; people read the labels. Source: seeds/4_plansource_eoi.txt."""

        APPROVE_ALL = "approve_all", _("Approve All")
        APPROVE_PART = "approve_part", _("Approve Partial")
        PEND_REMAINING = "pend_remaining", _("Approve Partial and Pend Remaining")
        DENY_PERMANENTLY = "deny_permanently", _("Approve and Disallow Additional Amounts")
        EXPIRE_ALL = "expire_all", _("Expire")
        DENY_ALL = "deny_all", _("Deny All")

    class Channel(models.TextChoices):
        MANUAL = "manual", _("Screen")
        WORKSHEET = "worksheet", _("Worksheet")
        BATCH = "batch", _("SFTP batch")
        API = "api", "API"

    request = models.ForeignKey(
        EoiRequest, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    action = models.CharField(max_length=16, choices=Action.choices)
    approved_volume = models.DecimalField(
        "approved volume (USD)",
        max_digits=12,
        decimal_places=2,
        null=True,
        help_text="The total that is approved, not what is added.",
    )
    effective_date = models.DateField()
    original_effective_date = models.DateField(null=True)
    channel = models.CharField(max_length=9, choices=Channel.choices)
    source = models.CharField(
        max_length=120,
        blank=True,
        default="",
        help_text="The file's key and row, or the call's: no personal data.",
    )
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField()
    status_before = models.CharField(max_length=16)
    status_after = models.CharField(max_length=16)
    volume_before = models.DecimalField(max_digits=12, decimal_places=2)
    volume_after = models.DecimalField(max_digits=12, decimal_places=2)
    requested_before = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    requested_after = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    undo = models.JSONField(help_text="What a reversal puts back: election, periods.")
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    reversed_reason = models.CharField("why", max_length=200, blank=True, default="")

    scope = scopes.Scope(parent="request")

    class Meta:
        verbose_name = "EOI decision"
        constraints = [
            # The index also finds what a worker who died had decided of a file. A call may name
            # itself as it likes, and a repeated one finds nothing that waits.
            models.UniqueConstraint(
                "source",
                condition=Q(channel__in=("batch", "worksheet")) & ~Q(source=""),
                name="row_of_a_file_is_decided_once",
            ),
        ]
        indexes = [
            models.Index("request", "id", name="decision_of_request"),
            models.Index("decided_at", "id", name="decision_by_time"),
            models.Index(
                "user", "decided_at", condition=Q(channel="manual"), name="decision_by_hand"
            ),
        ]

    def __str__(self) -> str:
        return f"EOI decision {self.pk}"
