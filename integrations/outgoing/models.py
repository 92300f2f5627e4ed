"""Webhooks: who is told of what, what there is to tell, and what became of telling it."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import reach_of
from agencyhub.lib.fields import SealedTextField


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def visible_to(self, user: User) -> "EndpointQuerySet":
        """All of them for who sees the whole agency, else the user's own."""
        return self if reach_of(user).sees_all else self.filter(owner=user)


class Endpoint(models.Model):
    """An address that is told of events, as far as its owner may see the records."""

    class Off(models.TextChoices):
        PERSON = "person", _("Switched off")
        FAILING = "failing", _("Switched off after three days without success")
        GONE = "gone", _("Switched off: the receiver said that it is gone for good")

    name = models.CharField(_("Name"), max_length=80)
    url = models.CharField(_("Address"), max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("User")
    )
    types = ArrayField(models.CharField(max_length=40), verbose_name=_("Events"))
    secret = SealedTextField()
    previous_secret = SealedTextField()
    previous_until = models.DateTimeField(null=True, editable=False)
    is_active = models.BooleanField(_("Active"), default=True)
    off_because = models.CharField(
        max_length=8, choices=Off.choices, blank=True, default="", editable=False
    )
    off_at = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False, help_text="In a row.")
    rests_until = models.DateTimeField(null=True, editable=False)
    succeeded_at = models.DateTimeField(null=True, editable=False)
    worker = models.UUIDField(null=True, editable=False)
    alive_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")

    def __str__(self) -> str:
        return f"webhook {self.pk}"


class Event(models.Model):
    """Something that happened to a record. Holds nothing of the record itself."""

    class Source(models.TextChoices):
        CHANGE = "change", _("Change")
        RANGE = "range", _("Range")
        SIGNAL = "signal", _("Signal")
        PING = "ping", _("Ping")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    type = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, blank=True)
    record_id = models.BigIntegerField(null=True)
    changed = models.JSONField(default=list, help_text="Names of fields.")
    batch_id = models.BigIntegerField(null=True)
    occurred_at = models.DateTimeField()
    source = models.CharField(max_length=6, choices=Source.choices)
    source_id = models.BigIntegerField(default=0, help_text="The row that it was read from.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "source",
                "source_id",
                "type",
                "record_id",
                condition=~Q(source="ping"),
                name="event_is_read_once",
            )
        ]
        indexes = [models.Index("created_at", name="event_by_age")]

    def __str__(self) -> str:
        return f"event {self.pk}"


class Delivery(models.Model):
    """One event for one endpoint: brought at least once, under the same id each time."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")

    OPEN = (State.WAITING, State.SENDING)

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0, help_text="Since it was last asked for.")
    since = models.DateTimeField(help_text="When it was last asked for.")
    next_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="Of the last answer.")
    outcome = models.CharField(max_length=20, blank=True, default="")
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                "endpoint", "event", name="event_is_delivered_to_an_endpoint_once"
            )
        ]
        indexes = [
            models.Index(
                "endpoint",
                "id",
                name="delivery_open",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index("endpoint", "state", F("id").desc(), name="delivery_by_state"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Attempt(models.Model):
    """One try to bring a delivery. Without an end: its worker died, or is at it."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class Position(models.Model):
    """How far a stream of changes has been read; see ``services.reading``."""

    stream = models.CharField(max_length=10, primary_key=True)
    cursor = models.BigIntegerField(default=0, help_text="The last row that was read.")
    within = models.BigIntegerField(default=0, help_text="The last key of an unfinished range.")
    mark = models.BigIntegerField(default=0, help_text="The last key given out when it was asked.")
    mark_xid = models.BigIntegerField(default=0, help_text="A transaction that began afterwards.")
    marked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"position of {self.stream}"


class Signal(models.Model):
    """A change of a table that the history does not follow: EOI requests and imports.

    Triggers write it, and only while an endpoint wants to know (migration 0002).
    """

    table_name = models.CharField(max_length=63)
    record_id = models.BigIntegerField()
    verb = models.CharField(max_length=10)
    columns = ArrayField(models.CharField(max_length=63), default=list)
    batch_id = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"signal {self.pk}"
