"""What people do about months of pay that are missing, and what carriers answer."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.records.triggers import history
from commissions.expected import disputes
from commissions.models.expected import ExpectedPay
from policies.models import Carrier, Policy


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def visible_to(self, user: User) -> "DisputeQuerySet":
        """The rows that the user's roles reach: those of the policies that they reach."""
        return scopes.narrow(self, user=user)


class Dispute(models.Model):
    """The work on one month of the ledger: who has it, until when it rests, what the carrier says.

    It belongs to the month, not to the row of the ledger, which comes and goes: ``row`` is that row
    while there is one. ``before`` is the state in which it closed by itself.
    """

    class State(models.TextChoices):
        TO_DO = disputes.TO_DO, _("Not disputed")
        IN_RECONCILIATION = disputes.IN_RECONCILIATION, _("In reconciliation")
        LATE_PAYMENT = disputes.LATE_PAYMENT, _("Late payment")
        ACCEPTED_PENDING = disputes.ACCEPTED_PENDING, _("Accepted, payment pending")
        ACCEPTED_PAID = disputes.ACCEPTED_PAID, _("Accepted, paid")
        ALREADY_PAID = disputes.ALREADY_PAID, _("Already paid")
        OTHER_AOR = disputes.OTHER_AOR, _("Belongs to another agent of record")
        DENIED = disputes.DENIED, _("Denied")
        TERMINATED = disputes.TERMINATED, _("Policy terminated")
        WITHDRAWN = disputes.WITHDRAWN, _("Not expected any more")

    scope = scopes.Scope(parent="policy")

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="pay_disputes")
    month = models.DateField(help_text="First day of the first month that is disputed.")
    kind = models.CharField(max_length=10, choices=ExpectedPay.Kind.choices)
    row = models.OneToOneField(
        ExpectedPay, on_delete=models.DO_NOTHING, null=True, related_name="dispute",
        db_constraint=False, editable=False,
    )  # fmt: skip
    state = models.CharField(
        _("state of the dispute"), max_length=20, choices=State.choices, default=State.TO_DO
    )
    before = models.CharField(
        max_length=20, choices=State.choices, blank=True, default="", editable=False
    )
    assigned_to = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("assigned to"),
    )  # fmt: skip
    snoozed_until = models.DateField(_("snoozed until"), null=True, blank=True)
    snooze_reason = models.CharField(_("why it is snoozed"), max_length=200, blank=True, default="")
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    reference = models.CharField(_("carrier’s case number"), max_length=60, blank=True, default="")
    state_at = models.DateTimeField(_("in this state since"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint("policy", "month", "kind", name="month_of_pay_has_one_dispute"),
            models.CheckConstraint(
                condition=Q(snoozed_until__isnull=True, snooze_reason="")
                | (Q(snoozed_until__isnull=False) & ~Q(snooze_reason="")),
                name="dispute_is_snoozed_with_a_reason",
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"dispute {self.pk}"

    @classmethod
    def answers(cls) -> list[tuple[str, Any]]:
        """The states that people may choose; it is withdrawn by itself only."""
        return [one for one in cls.State.choices if one[0] != cls.State.WITHDRAWN]

    @property
    def is_open(self) -> bool:
        return self.state in disputes.OPEN


class DisputePack(models.Model):
    """Disputes that were put together for one carrier.

    ``token`` is of the form that asked for it: sent twice, it is one pack.
    """

    token = models.UUIDField(default=uuid.uuid4, editable=False)
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    disputes = models.ManyToManyField(Dispute, related_name="packs")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("token", "carrier", name="dispute_pack_is_made_once"),
        ]

    def __str__(self) -> str:
        return f"dispute pack {self.pk}"
