"""What Noyo told: groups, connections, account structures, plans and plan years.

Rows are what was told last; a ``Snapshot`` keeps every version with the days on which it was seen.
IDs are Noyo's and always text: never numbers, leading zeros count, and "" is an ID of its own.
"""

from typing import TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.records.triggers import history
from groups.models import EmployerGroup, LineOfCoverage
from integrations.noyo.models.account import NoyoCarrier

UUID = 36


Row = TypeVar("Row", bound=models.Model)


class PulledQuerySet(models.QuerySet[Row]):
    """Rows that reach as far as their group does."""

    def visible_to(self, user: User) -> "PulledQuerySet[Row]":
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

    objects = PulledQuerySet["NoyoGroup"].as_manager()

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

    objects = PulledQuerySet["GroupConnection"].as_manager()

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


class Configuration(models.Model):
    """What one carrier says about a group as a whole.

    ``values`` are the parts of its account structure that are no lists, such as the master
    agreement number: ``{key: text}``. ``tier`` is how Noyo reaches the carrier.
    """

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(
        NoyoGroup, on_delete=models.CASCADE, related_name="configurations", db_index=False
    )
    carrier = models.ForeignKey(NoyoCarrier, on_delete=models.PROTECT, related_name="+")
    noyo_id = models.CharField(max_length=UUID, blank=True)
    version = models.CharField(max_length=UUID, blank=True)
    carrier_group_id = models.CharField("carrier's group number", max_length=80, blank=True)
    tier = models.CharField(max_length=20, blank=True)
    values = models.JSONField(default=dict)
    digest = models.BinaryField(help_text="SHA-256 of the structure as told.")
    seen_at = models.DateTimeField()

    objects = PulledQuerySet["Configuration"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "noyo_group", "carrier", "carrier_group_id", name="configuration_is_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"configuration {self.pk}"


class CarrierOption(models.Model):
    """One option of one category of a carrier's account structure: a bill group, a class.

    ``identifiers`` are all its identifying parts, ``{key: text}``, blanks included; ``key`` is the
    same in one text that never changes for the same option. ``parts`` is everything told about it.
    """

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(
        NoyoGroup, on_delete=models.CASCADE, related_name="options", db_index=False
    )
    carrier = models.ForeignKey(NoyoCarrier, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=80, help_text="As the carrier names it: bill_groups.")
    key = models.CharField(max_length=400)
    identifiers = models.JSONField(default=dict)
    label = models.CharField(max_length=200, blank=True)
    parts = models.JSONField(default=dict)
    is_open = models.BooleanField(default=True, help_text="Its status lets members in.")
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects = PulledQuerySet["CarrierOption"].as_manager()

    class Meta:
        verbose_name = _("option of a carrier's account structure")
        verbose_name_plural = _("options of carriers' account structures")
        constraints = [
            models.UniqueConstraint(
                "noyo_group", "carrier", "category", "key", name="carrier_option_is_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"carrier option {self.pk}"


class PlanYear(models.Model):
    """A line of coverage with a carrier from a day to a day: Noyo's group enrollment."""

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(NoyoGroup, on_delete=models.CASCADE, related_name="plan_years")
    carrier = models.ForeignKey(NoyoCarrier, on_delete=models.PROTECT, related_name="+")
    noyo_id = models.CharField(max_length=UUID, unique=True)
    version = models.CharField(max_length=UUID, blank=True)
    line = models.CharField("line of coverage", max_length=20, choices=LineOfCoverage.choices)
    status = models.CharField(max_length=10)
    effective_date = models.DateField(null=True)
    termination_date = models.DateField(null=True, help_text="Last covered day; blank: open.")
    enrollment_start = models.DateField("open enrollment from", null=True)
    enrollment_end = models.DateField("open enrollment until", null=True)
    renewal_date = models.DateField(null=True)
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects = PulledQuerySet["PlanYear"].as_manager()

    class Meta:
        verbose_name = _("plan year at a carrier")
        verbose_name_plural = _("plan years at carriers")

    def __str__(self) -> str:
        return f"plan year {self.pk}"


class CarrierPlan(models.Model):
    """A plan that the carrier has installed for a group.

    ``class_identifiers`` ties it to account structures: ``{key: [text, …]}``; empty: all of them.
    ``member_types`` are Noyo's: all, employee, child, spouse, domestic-partner,
    employee-with-dependents.
    """

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(NoyoGroup, on_delete=models.CASCADE, related_name="plans")
    carrier = models.ForeignKey(NoyoCarrier, on_delete=models.PROTECT, related_name="+")
    noyo_id = models.CharField("Noyo's plan ID", max_length=UUID, unique=True)
    version = models.CharField(max_length=UUID, blank=True)
    plan_year_id = models.CharField("Noyo's plan year ID", max_length=UUID, blank=True)
    line = models.CharField("line of coverage", max_length=20, choices=LineOfCoverage.choices)
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=80, blank=True)
    plan_type = models.CharField(max_length=20, blank=True)
    network = models.CharField(max_length=80, blank=True)
    metal_tier = models.CharField(max_length=20, blank=True)
    is_voluntary = models.BooleanField(null=True)
    status = models.CharField(max_length=14, help_text="pending, active or discontinued.")
    effective_date = models.DateField(null=True)
    termination_date = models.DateField(null=True, help_text="Last covered day; blank: open.")
    member_types = ArrayField(models.CharField(max_length=24), default=list)
    class_identifiers = models.JSONField(default=dict)
    guaranteed_issue = models.JSONField(default=dict, help_text="As told; for a person to take up.")
    digest = models.BinaryField(help_text="SHA-256 of the plan as told, without its version.")
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects = PulledQuerySet["CarrierPlan"].as_manager()

    class Meta:
        verbose_name = _("carrier's plan")
        verbose_name_plural = _("carriers' plans")
        indexes = [models.Index("noyo_group", "carrier", "line", name="carrier_plan_of_group")]

    def __str__(self) -> str:
        return f"carrier plan {self.pk}"


class Snapshot(models.Model):
    """One version of something that Noyo told, and when it was told first and last.

    ``content`` is as it came: it holds no people.
    """

    class Kind(models.TextChoices):
        CONFIGURATION = "configuration", _("Account structure")
        PLAN = "plan", _("Plan")
        PLAN_YEAR = "plan_year", _("Plan year")

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(
        NoyoGroup, on_delete=models.CASCADE, related_name="snapshots", db_index=False
    )
    kind = models.CharField(max_length=14, choices=Kind.choices)
    subject = models.CharField(
        max_length=120, help_text="Noyo's ID, or the carrier's where Noyo gives none."
    )
    version = models.CharField(max_length=UUID, blank=True)
    effective_date = models.DateField(null=True, help_text="From when it holds, where told.")
    termination_date = models.DateField(null=True)
    content = models.JSONField()
    digest = models.BinaryField()
    seen_from = models.DateTimeField()
    seen_until = models.DateTimeField(null=True, help_text="Blank: it is what is told now.")

    objects = PulledQuerySet["Snapshot"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "noyo_group",
                "kind",
                "subject",
                condition=Q(seen_until__isnull=True),
                name="one_snapshot_is_told_now",
            )
        ]
        indexes = [
            models.Index("noyo_group", "kind", "subject", "seen_from", name="snapshot_of_subject")
        ]

    def __str__(self) -> str:
        return f"snapshot {self.pk}"


class SyncRun(models.Model):
    """One night's reading of every group, or of one that somebody asked for."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        INCOMPLETE = "incomplete", _("Incomplete")
        FAILED = "failed", _("Failed")

    OPEN = (State.WAITING, State.RUNNING)

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    night = models.DateField(null=True, unique=True, help_text="Blank: somebody started it.")
    noyo_group = models.ForeignKey(
        NoyoGroup, on_delete=models.CASCADE, null=True, related_name="+", help_text="Only this."
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    resume_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    worker = models.UUIDField(null=True)
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

    @property
    def is_open(self) -> bool:
        """Whether it still has something to read."""
        return self.state in self.OPEN
