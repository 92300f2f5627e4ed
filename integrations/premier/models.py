"""Premier Partners' feeds: how each carrier tells, what its words mean, and what it told."""

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import ApiKey
from agencyhub.imports.models import Import
from agencyhub.lib.fields import SealedTextField
from agencyhub.records.models import Batch, Change
from agencyhub.records.triggers import history
from agencyhub.records.unknown import Spelling
from policies.models import Carrier, Told
from policies.services import withdrawing


class Feed(models.Model):
    """How one carrier tells its statuses. Whether they count is its Premier terms' decision."""

    carrier = models.OneToOneField(Carrier, on_delete=models.PROTECT, related_name="premier_feed")
    slug = models.SlugField(
        "name in the address", max_length=40, unique=True,
        help_text="The carrier sends to /hooks/premier/…/status/. It cannot be changed later.",
    )  # fmt: skip
    is_active = models.BooleanField("takes statuses", default=True)
    api_url = models.URLField(
        "address of the status API", max_length=300, blank=True,
        help_text="Leave it empty if the carrier sends by itself, or puts files somewhere.",
    )  # fmt: skip
    api_time = models.TimeField(
        "asked every day at", default=time(5), help_text="In the agency's time zone."
    )
    asked_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "Premier feed"
        triggers = history()

    def __str__(self) -> str:
        return f"Premier feed {self.pk}"


class Credentials(models.Model):
    """What a status API is asked with: sealed, never shown again, and not in the history."""

    is_bookkeeping = True

    feed = models.OneToOneField(Feed, on_delete=models.CASCADE, related_name="credentials")
    token = SealedTextField()
    place = models.CharField(max_length=320, help_text="The address it was entered for.")

    class Meta:
        verbose_name_plural = "credentials"

    def __str__(self) -> str:
        return f"credentials {self.pk}"


class FeedKey(models.Model):
    """A key that opens one carrier's door, and no other's."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="keys")
    key = models.OneToOneField(ApiKey, on_delete=models.CASCADE, related_name="premier_feed")

    class Meta:
        triggers = history()

    def __str__(self) -> str:
        return f"feed key {self.pk}"


class StatusWord(Spelling):
    """What a carrier's words about payments mean, as somebody said: a place in ``MEANINGS``."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="+")
    meaning = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("carrier", "key", name="status_word_means_one_thing")
        ]

    def __str__(self) -> str:
        return f"status word {self.pk}"


class StatusReading(models.Model):
    """That an imported file told statuses; gone when the import is undone.

    Payments are no part of the journal: a day's file tells half a million of them again.
    """

    is_bookkeeping = True
    redo_refusal = _("The payments of this file were taken back. Import the file again instead.")

    run = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="status_reading")

    class Meta:
        default_permissions = ()
        triggers = history()

    def __str__(self) -> str:
        return f"status reading {self.pk}"

    @classmethod
    def before_undo(cls, batch: Batch) -> None:
        """Let ``records.services.undo`` take a file back at any time."""

    @classmethod
    def after_undo(cls, batch: Batch) -> list[str]:
        """Take back what the file told of payments; answer what stays."""
        runs = batch.changes.filter(table_name=cls._meta.db_table, action=Change.Action.INSERT)
        return [
            words
            for told in runs.values_list("after", flat=True)
            if told
            for words in withdrawing.withdraw(import_id=told["run_id"], at=timezone.now())
        ]


class Pull(models.Model):
    """One question to a status API, page by page: whoever takes it up again goes on behind the
    last page that was applied."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    OPEN = (State.WAITING, State.RUNNING)

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="pulls")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(null=True, help_text="By schedule; without: by hand.")
    created_at = models.DateTimeField(auto_now_add=True)
    again_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, help_text="Passing ones, in a row.")
    cursor = models.CharField(max_length=500, blank=True, help_text="Path of the next page.")
    pages = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "feed",
                condition=Q(state__in=["waiting", "running"]),
                name="one_pull_at_a_time_per_feed",
            ),
            models.UniqueConstraint("feed", "due_at", name="pull_starts_once_when_due"),
        ]

    def __str__(self) -> str:
        return f"pull {self.pk}"


class Delivery(models.Model):
    """What one statement brought: a message, a piece of a file, or a page of an API."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=6, choices=Told.Source.choices)
    as_of = models.DateTimeField(help_text="The newest moment that its rows tell of.")
    at = models.DateTimeField()
    message_id = models.BigIntegerField(null=True)
    import_id = models.BigIntegerField(null=True)
    pull = models.ForeignKey(Pull, on_delete=models.CASCADE, null=True, related_name="deliveries")
    told = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    statuses = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    unknown_rows = models.JSONField(default=list, help_text="The first of them.")
    refused_rows = models.JSONField(default=list, help_text="The first of them.")

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [models.Index("carrier", F("id").desc(), name="premier_delivery_newest")]

    def __str__(self) -> str:
        return f"delivery {self.pk}"
