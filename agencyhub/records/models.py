"""What every record has: option lists, custom fields, and the history of its changes."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.records import shipped

# Django finds every model of the app here.
from agencyhub.records.idempotency import IdempotencyKey  # noqa: F401
from agencyhub.records.lists.models import (  # noqa: F401
    BulkEdit,
    ExportLog,
    ListChoice,
    SavedView,
)
from agencyhub.records.unknown import (  # noqa: F401
    AgentAlias,
    OptionAlias,
    UnknownValue,
    ValueMention,
)

UNDO_WINDOW = timedelta(days=30)


class OptionQuerySet(models.QuerySet["Option"]):
    def active(self, option_list: str) -> "OptionQuerySet":
        """The options of one list that a form offers, in order."""
        return self.filter(list=option_list, is_active=True).order_by("position", "pk")


class Option(models.Model):
    """One value of a list that the agency keeps itself: a type, a status, a stage."""

    class List(models.TextChoices):
        INDIVIDUAL_TYPE = "individual_type", _("Individual types")
        INDIVIDUAL_STATUS = "individual_status", _("Individual statuses")
        ADDRESS_TYPE = "address_type", _("Address types")
        POLICY_STATUS = "policy_status", _("Policy statuses")
        COVERAGE_TYPE = "coverage_type", _("Coverage types")
        SALES_STAGE = "sales_stage", _("Sales stages")
        LEAD_SOURCE = "lead_source", _("Lead sources")

    MEANINGS = {
        List.INDIVIDUAL_TYPE: ("lead", "client", "none"),
        List.POLICY_STATUS: ("pending", "effectuated", "cancelled", "terminated", "lapsed"),
        List.SALES_STAGE: ("open", "won", "lost"),
    }

    list = models.CharField(max_length=20, choices=List.choices, editable=False)
    label = models.CharField(max_length=80)
    meaning = models.CharField(
        max_length=12,
        blank=True,
        help_text="What the value means to AgencyHub, whatever the agency calls it.",
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField("active", default=True)

    objects = OptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "list", models.functions.Lower("label"), name="option_label_is_unique_in_its_list"
            )
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What people read; ``label`` is what is stored, and what files and programs say."""
        return shipped.in_words(self.list, self.label)


class CustomField(models.Model):
    """A field that the agency adds to its Individuals (and Sales Records) or Policies."""

    class Target(models.TextChoices):
        INDIVIDUAL = "individual", _("Individuals and Sales Records")
        POLICY = "policy", _("Policies")

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        MONEY = "money", _("Money (USD)")
        YES_NO = "yes_no", _("Yes / no")
        CHOICE = "choice", _("One of a list")
        MULTI_CHOICE = "multi_choice", _("Several of a list")

    target = models.CharField(max_length=12, choices=Target.choices)
    key = models.SlugField(max_length=40, editable=False, help_text="Name in the stored values.")
    label = models.CharField(max_length=80)
    type = models.CharField(max_length=12, choices=Type.choices)
    choices = models.JSONField(default=list, blank=True, help_text="Labels, in order.")
    is_required = models.BooleanField("required", default=False)
    is_unique = models.BooleanField("unique", default=False)
    is_health = models.BooleanField(
        "personal health data", default=False, help_text="Hidden without the right to health data."
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField("active", default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("target", "key", name="custom_field_key_is_unique_per_target"),
            models.UniqueConstraint(
                "target",
                models.functions.Lower("label"),
                name="custom_field_label_is_unique_per_target",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Batch(models.Model):
    """One act that changed records: a form, a delivery, an import, an undo."""

    class Channel(models.TextChoices):
        SCREEN = "screen", _("Screen")
        ADMIN = "admin", _("Admin")
        IMPORT = "import", _("Import")
        API = "api", "API"
        SYNC = "sync", _("Sync")
        SYSTEM = "system", _("System")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    summary = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undo_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="undos")

    class Meta:
        verbose_name_plural = "batches"
        permissions = [("undo_batch", "Can undo what a batch changed")]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class Change(models.Model):
    """One row's change, written by the triggers of ``records.triggers``; never by Python.

    ``before`` and ``after`` hold whole rows for deletes and inserts, and only the columns that
    changed for updates. Sealed columns stay sealed.
    """

    class Action(models.TextChoices):
        INSERT = "insert", _("Added")
        UPDATE = "update", _("Changed")
        DELETE = "delete", _("Removed")

    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, related_name="changes", db_index=False
    )
    table_name = models.CharField(max_length=63)
    record_id = models.BigIntegerField()
    individual_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=6, choices=Action.choices)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index("batch", name="change_batch"),
            models.Index("table_name", "record_id", "id", name="change_record"),
            models.Index(
                "individual_id",
                "id",
                name="change_individual",
                condition=Q(individual_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"change {self.pk}"


class InsertedRange(models.Model):
    """Rows with consecutive keys that one batch added in bulk: stands for a Change of each.

    Ranges of one table never overlap, since keys are handed out once.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="ranges")
    table_name = models.CharField(max_length=63)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "table_name", "first_id", name="inserted_range_starts_once_per_table"
            ),
            models.CheckConstraint(
                condition=Q(last_id__gte=F("first_id")), name="inserted_range_is_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"inserted range {self.pk}"


class Entry(models.Model):
    """A line of words on a record's timeline: what was done, and every reason."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="entries")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    table_name = models.CharField(max_length=63)
    record_id = models.BigIntegerField()
    individual_id = models.BigIntegerField(null=True)
    text = models.CharField(max_length=200)
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index("table_name", "record_id", "id", name="entry_record"),
            models.Index(
                "individual_id",
                "id",
                name="entry_individual",
                condition=Q(individual_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"
