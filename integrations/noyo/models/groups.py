"""Groups as Noyo knows them, their connections with carriers, and the readings of all of it."""

from typing import TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.records.triggers import history
from groups.models import EmployerGroup
from integrations.nightly_models import NightlyRun
from integrations.noyo.models.account import NoyoCarrier

UUID = 36


Row = TypeVar("Row", bound=models.Model)


class GroupScoped(models.QuerySet[Row]):
    """Rows that reach as far as their group does."""

    def visible_to(self, user: User) -> "GroupScoped[Row]":
        """The rows that the user's roles reach: those of the groups that they reach."""
        return scopes.narrow(self, user=user)


class NoyoGroup(models.Model):
    """A group as Noyo knows it, and which of ours it is."""

    scope = scopes.Scope(parent="group")

    noyo_id = models.CharField("Noyo's group ID", max_length=UUID, unique=True)
    version = models.CharField(max_length=UUID, blank=True)
    name = models.CharField(max_length=200)
    dba_name = models.CharField("doing business as", max_length=200, blank=True)
    federal_ein = models.CharField("federal EIN", max_length=20, blank=True)
    group = models.OneToOneField(
        EmployerGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="noyo_group"
    )
    seen_at = models.DateTimeField(help_text="When Noyo named it last.")
    gone_at = models.DateTimeField(null=True, help_text="Since when Noyo no longer names it.")
    due_at = models.DateTimeField(
        null=True, help_text="Something happened: it is read again before the night."
    )
    pulled_at = models.DateTimeField(null=True, help_text="When all of it was read last.")
    audited_at = models.DateTimeField(
        null=True, help_text="When Noyo looked at its carriers last; blank: never, or not said."
    )
    problem = models.CharField(max_length=300, blank=True, help_text="Why it could not be read.")

    objects = GroupScoped["NoyoGroup"].as_manager()

    class Meta:
        verbose_name = _("group at Noyo")
        verbose_name_plural = _("groups at Noyo")
        indexes = [
            models.Index("due_at", name="noyo_group_due", condition=Q(due_at__isnull=False)),
            models.Index("pulled_at", "id", name="noyo_group_pulled"),
        ]

    def __str__(self) -> str:
        return f"group {self.pk} at Noyo"


class GroupConnection(models.Model):
    """That Noyo connects, or is to connect, a group with one carrier."""

    class Status(models.TextChoices):
        """Source: Noyo's published API (reference/groups_eoi.md A5.2), read 2026-11-22."""

        CREATED = "created", _("Sent to Noyo")
        PROCESSING = "processing", _("Noyo asks the carrier")
        NOYO_REVIEW = "noyo_review", _("Noyo looks into it")
        WAITING_ON_CARRIER = "waiting_on_carrier", _("Waits for the carrier")
        CARRIER_AUTHORIZATION = "carrier_authorization", _("The group has to authorize it")
        ACTION_REQUIRED = "action_required", _("You have to act")
        UNABLE_TO_CONNECT = "unable_to_connect", _("Could not connect")
        COMPLETED = "completed", _("Connected")

    scope = scopes.Scope(parent="group")

    noyo_id = models.CharField("Noyo's connection ID", max_length=UUID, blank=True)
    version = models.CharField(max_length=UUID, blank=True)
    group = models.ForeignKey(
        EmployerGroup, on_delete=models.PROTECT, null=True, related_name="noyo_connections"
    )
    noyo_group = models.ForeignKey(
        NoyoGroup, on_delete=models.PROTECT, null=True, related_name="connections"
    )
    carrier = models.ForeignKey(NoyoCarrier, on_delete=models.PROTECT, related_name="connections")
    carrier_group_id = models.CharField("carrier's group number", max_length=80)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.CREATED)
    message = models.CharField(max_length=300, blank=True, help_text="What Noyo says about it.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True, help_text="When its status changed last.")
    completed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects = GroupScoped["GroupConnection"].as_manager()

    class Meta:
        verbose_name = _("connection of a group")
        verbose_name_plural = _("connections of groups")
        constraints = [
            models.UniqueConstraint(
                "noyo_id", condition=~Q(noyo_id=""), name="noyo_connection_id_is_unique"
            ),
            models.UniqueConstraint(
                "group",
                "carrier",
                "carrier_group_id",
                condition=Q(group__isnull=False),
                name="group_is_connected_once_with_a_carrier",
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"connection {self.pk} of a group"


class SyncRun(NightlyRun):
    """One night's reading of every group, or of one that somebody asked for."""

    noyo_group = models.ForeignKey(
        NoyoGroup, on_delete=models.CASCADE, null=True, related_name="+", help_text="Only this."
    )
    listed = models.PositiveIntegerField(default=0, help_text="Offset into Noyo's list of groups.")
    cursor = models.BigIntegerField(default=0, help_text="The last group that is dealt with.")
    total = models.PositiveIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)
    groups = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    misses = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Tries in a row to which Noyo did not answer."
    )
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("reading of Noyo")
        verbose_name_plural = _("readings of Noyo")
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(state__in=["waiting", "running"], noyo_group__isnull=True),
                name="one_noyo_reading_at_a_time",
            )
        ]
        indexes = [models.Index(models.F("id").desc(), name="noyo_run_newest")]

    def __str__(self) -> str:
        return f"reading {self.pk} of Noyo"
