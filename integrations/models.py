"""What every partner shares: the inbox of received messages."""

import uuid

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

    WAITING = (State.RECEIVED, State.PROCESSING)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120, blank=True)
    body = SealedTextField(help_text="Empty once its retention is over.")
    digest = models.BinaryField(editable=False, help_text="SHA-256 of the body.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    code = models.CharField(max_length=60, blank=True, help_text="Machine-readable reason.")
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
                condition=~Q(external_id="") & ~Q(state__in=["rejected", "duplicate"]),
                name="message_is_received_once",
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
        ]
        permissions = [
            ("manage_integrations", "Can activate and configure integrations"),
            ("review_inbound", "Can decide about held messages"),
            ("view_raw_body", "Can see raw message bodies (health data)"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


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


class NightlyRun(models.Model):
    """One night's questions to a partner, or those that somebody asked; see ``services.nightly``.

    Those who build on it say how far they are, and have columns for tries in a row that brought
    nothing and for what went wrong.
    """

    misses: int
    error: str

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        INCOMPLETE = "incomplete", _("Incomplete")
        FAILED = "failed", _("Failed")

    OPEN = (State.WAITING, State.RUNNING)

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    night = models.DateField(null=True, unique=True, help_text="Blank: somebody started it.")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    resume_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    worker = models.UUIDField(null=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether it still has something to do."""
        return self.state in self.OPEN
