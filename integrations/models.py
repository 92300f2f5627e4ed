"""What every partner shares: the inbox of received messages."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.fields import SealedTextField
from agencyhub.records.models import Batch


class InboundMessageQuerySet(models.QuerySet["InboundMessage"]):
    def waiting(self) -> "InboundMessageQuerySet":
        """Received or left behind by a dead worker: what a worker may take."""
        return self.filter(state__in=InboundMessage.WAITING)


class InboundMessage(models.Model):
    """One message from a partner, kept exactly as it came (sealed: it holds health data)."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        PROCESSING = "processing", _("Processing")
        APPLIED = "applied", _("Applied")
        HELD = "held", _("Held for review")
        FAILED = "failed", _("Failed")
        IGNORED = "ignored", _("Ignored")
        DUPLICATE = "duplicate", _("Duplicate")
        REJECTED = "rejected", _("Rejected")
        CORRECTED = "corrected", _("Corrected")

    WAITING = (State.RECEIVED, State.PROCESSING)
    ENDED_WELL = (State.APPLIED, State.IGNORED, State.HELD)
    NOT_KEPT_ONCE = (State.REJECTED, State.DUPLICATE, State.CORRECTED)
    """States in which a message leaves its external id to another one."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120, blank=True)
    body = SealedTextField(help_text="Empty once its retention is over.")
    digest = models.BinaryField(editable=False, help_text="SHA-256 of the body.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    code = models.CharField(max_length=60, blank=True, help_text="Machine-readable reason.")
    value = models.CharField(
        max_length=120, blank=True, default="", db_default="",
        help_text="What the code is about, and equal problems share: never personal data.",
    )  # fmt: skip
    reason = models.TextField(blank=True, help_text="In words, without personal data.")
    details = models.JSONField(default=dict, help_text="What the partner's screens need.")
    needs_attention = models.BooleanField(
        default=False, help_text="Applied, but something is left for a person to do."
    )
    decision = models.JSONField(null=True, help_text="What a person decided about a held message.")
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    duration_ms = models.PositiveIntegerField(null=True)
    duplicate_of = models.ForeignKey("self", on_delete=models.CASCADE, null=True)
    batch = models.ForeignKey(Batch, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = InboundMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "partner",
                "external_id",
                condition=~Q(external_id="") & ~Q(state__in=["rejected", "duplicate", "corrected"]),
                name="message_is_kept_once",
            )
        ]
        indexes = [
            models.Index(
                "partner",
                "id",
                name="message_waiting",
                condition=Q(state__in=["received", "processing"]),
            ),
            models.Index("state", models.F("id").desc(), name="message_by_state"),
            models.Index(
                "partner",
                "code",
                "value",
                "id",
                name="message_to_settle",
                condition=Q(state__in=["failed", "rejected", "held"]),
            ),
            models.Index(
                "partner",
                models.F("id").desc(),
                name="message_ended_well",
                condition=Q(state__in=["applied", "ignored", "held"]),
            ),
        ]
        permissions = [
            ("manage_integrations", "Can activate and configure integrations"),
            ("review_inbound", "Can decide about held messages"),
            ("view_raw_body", "Can see raw message bodies (health data)"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Correction(models.Model):
    """That a message was made of another one's body, which somebody corrected.

    The original stays as it came. ``fields`` are the paths that differ, never their values.
    """

    original = models.ForeignKey(
        InboundMessage, on_delete=models.CASCADE, related_name="corrections"
    )
    message = models.OneToOneField(
        InboundMessage, on_delete=models.CASCADE, related_name="correction"
    )
    fields = models.JSONField(default=list)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    corrected_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"correction {self.pk}"


class Retry(models.Model):
    """Messages that somebody let the workers apply once more, all at once.

    ``token`` comes with the form, so that pressing twice starts one. ``scope`` is what was asked
    for, in keys and days; ``left_out`` counts by reason what was not retried.
    """

    token = models.UUIDField(unique=True)
    scope = models.JSONField(default=dict)
    left_out = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "retries"

    def __str__(self) -> str:
        return f"retry {self.pk}"


class RetriedMessageQuerySet(models.QuerySet["RetriedMessage"]):
    def of(self, retry_id: int) -> models.QuerySet["RetriedMessage", Any]:
        """The keys of a retry's messages."""
        return self.filter(retry=retry_id).order_by().values("message")


class RetriedMessage(models.Model):
    """A message of a retry."""

    retry = models.ForeignKey(
        Retry, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    message = models.ForeignKey(InboundMessage, on_delete=models.CASCADE, related_name="+")

    objects = RetriedMessageQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("retry", "message", name="message_is_in_a_retry_once")
        ]

    def __str__(self) -> str:
        return f"retried message {self.pk}"


class Incident(models.Model):
    """An integration that does not work, from when it was noticed until it works again.

    Those who manage integrations are told of it once, and once that it is over.
    """

    class Kind(models.TextChoices):
        FAILING = "failing", _("Failing")
        SILENT = "silent", _("Silent")
        EXPIRED = "expired", _("Expired")

    class Ending(models.TextChoices):
        RECOVERED = "recovered", _("Works again")
        TURNED_OFF = "turned_off", _("Turned off")

    integration = models.CharField(max_length=60, help_text="Key of what does not work.")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    failures = models.PositiveIntegerField(default=0, help_text="In a row, when it was opened.")
    text = models.CharField(max_length=400, blank=True, help_text="In words, of nobody.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True, default="")

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                "integration",
                condition=Q(closed_at=None),
                name="integration_has_one_open_incident",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, ending="")
                | (Q(closed_at__isnull=False) & ~Q(ending="")),
                name="incident_that_is_over_says_how_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"incident {self.pk}"


class TouchedRecord(models.Model):
    """A record that a message made or changed."""

    message = models.ForeignKey(InboundMessage, on_delete=models.CASCADE, related_name="touched")
    kind = models.CharField(max_length=20)
    record_id = models.BigIntegerField()
    action = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "message", "kind", "record_id", name="record_is_touched_once_per_message"
            )
        ]

    def __str__(self) -> str:
        return f"touched record {self.pk}"


class Heartbeat(models.Model):
    """When a process of a kind was last seen alive."""

    process = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"heartbeat of {self.process}"
