"""The outbox: every mail that AgencyHub writes by itself, before and after it left."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self, *, at: datetime) -> "OutgoingMailQuerySet":
        """Keep those that may be handed over now."""
        return self.filter(state=OutgoingMail.State.WAITING, next_attempt_at__lte=at)


class OutgoingMail(models.Model):
    """One mail to one address, written once: its ``dedupe_key`` is unique for ever.

    ``handing`` is stored before the mail server is called, and what came of it afterwards: a row
    that a dead worker left there may or may not have arrived. It becomes ``unsure``, and only a
    person sends it again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        HANDING = "handing", _("Being handed over")
        SENT = "sent", _("Sent")
        SUPPRESSED = "suppressed", _("Held back")
        FAILED = "failed", _("Failed")
        UNSURE = "unsure", _("Unsure")

    AGAIN = (State.FAILED, State.UNSURE)
    TONES = {
        State.WAITING: "info",
        State.HANDING: "info",
        State.SENT: "success",
        State.SUPPRESSED: "neutral",
        State.FAILED: "danger",
        State.UNSURE: "warning",
    }

    kind = models.CharField(max_length=40)
    dedupe_key = models.CharField(
        max_length=120, unique=True, help_text="Made of keys and days, never of names."
    )
    user = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Who reads it, or in whose name it is written.",
    )
    individual_id = models.BigIntegerField(null=True, help_text="Whom it is written to.")
    facts = models.JSONField(default=dict, help_text="Keys and days that the check needs again.")
    to = models.EmailField(blank=True)
    to_index = models.BinaryField(editable=False, help_text="Finds the address without showing it.")
    from_name = models.CharField(max_length=160, blank=True)
    reply_to = models.EmailField(blank=True)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(
        max_length=40, blank=True, default="", help_text="Why it did not leave, as a code."
    )
    reply_code = models.PositiveSmallIntegerField(
        null=True, help_text="What the mail server answered last."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Nobody wants it any more from here on.")
    handed_at = models.DateTimeField(null=True, help_text="When the last attempt began.")
    settled_at = models.DateTimeField(null=True, help_text="When it was sent, or given up.")
    emptied_at = models.DateTimeField(null=True, help_text="Its texts are kept until then.")

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        default_permissions = ("view", "change")
        verbose_name = "outgoing mail"
        verbose_name_plural = "outgoing mail"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="suppressed") | ~Q(reason=""),
                name="mail_is_held_back_for_a_reason",
            )
        ]
        indexes = [
            models.Index(
                "next_attempt_at", "id",
                condition=Q(state__in=["waiting", "handing"]),
                name="mail_on_its_way",
            ),
            models.Index("handed_at", name="mail_handed_at"),
            models.Index("individual_id", name="mail_of_individual"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"mail {self.pk}"

    @property
    def tone(self) -> str:
        """How a list colours its state."""
        return self.TONES[self.State(self.state)]
