"""Imported files, how their columns are read, and what became of their rows."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.leases import LostLeaseError
from agencyhub.records.models import Batch


class File(models.Model):
    """The bytes of an uploaded or fetched file, kept once whatever its name."""

    sha256 = models.BinaryField(unique=True, editable=False)
    name = models.CharField(max_length=255, help_text="As it was called when it first came.")
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    stored_as = models.CharField(
        max_length=255, blank=True, editable=False, help_text="Name in the vault; blank: purged."
    )
    received_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"file {self.pk}"


class Template(models.Model):
    """How files of one layout are read; every change is a new version."""

    kind = models.CharField(max_length=40, help_text="Key of an import kind.")
    name = models.CharField(max_length=80)
    is_active = models.BooleanField("active", default=True)
    options = models.JSONField(
        default=dict, help_text="What its files are known to be without saying so: the carrier."
    )
    origin = models.CharField(
        max_length=60,
        blank=True,
        db_default="",
        editable=False,
        help_text="Which of the layouts that AgencyHub knows by itself this is.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind", Lower("name"), name="import_template_name_is_unique_per_kind"
            ),
            models.UniqueConstraint(
                "kind",
                "origin",
                condition=~models.Q(origin=""),
                name="import_layout_is_installed_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """One way to map columns to fields; never changed once a file was read with it."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    fingerprint = models.BinaryField(help_text="Of the header cells: files are recognised by it.")
    columns = models.JSONField(help_text='[{"header": "First Name", "field": "first_name"}, …]')
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "template", "number", name="import_template_version_number_is_unique"
            )
        ]
        indexes = [models.Index("fingerprint", name="import_template_fingerprint")]

    def __str__(self) -> str:
        return f"template version {self.pk}"


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User) -> "ImportQuerySet":
        """A user's own imports; with the right to view imports, everybody's."""
        if user.has_perm("imports.view_import"):
            return self
        return self.filter(user=user)


class Import(models.Model):
    """One reading of one sheet of a file, from upload to its rows in the records."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        MAPPING = "mapping", _("Not recognised")  # waits for the mapping studio
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Ready to import")  # the dry run waits for a person
        COMMITTING = "committing", _("Importing")
        IMPORTED = "imported", _("Imported")
        UNDOING = "undoing", _("Undoing")
        UNDONE = "undone", _("Undone")
        DUPLICATE = "duplicate", _("Duplicate")
        ATTENTION = "attention", _("Needs attention")
        DISCARDED = "discarded", _("Discarded")

    class Mode(models.TextChoices):
        CREATE_AND_UPDATE = "create_and_update", _("Add new records and update known ones")
        CREATE = "create", _("Only add new records")
        UPDATE = "update", _("Only update known records")

    kind = models.CharField(max_length=40, help_text="Key of an import kind.")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=255, help_text="As it was called this time.")
    sheet = models.CharField(max_length=120, blank=True)
    header_line = models.PositiveIntegerField(default=1)
    version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, null=True, related_name="imports"
    )
    mode = models.CharField(max_length=20, choices=Mode.choices, default=Mode.CREATE_AND_UPDATE)
    options = models.JSONField(default=dict, help_text="What the kind asks for besides the file.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    staged_as = models.CharField(
        max_length=40,
        blank=True,
        editable=False,
        help_text="Name of the checked rows in the vault.",
    )
    parts = models.PositiveIntegerField(default=0, editable=False)
    mark = models.JSONField(
        default=dict, editable=False, help_text="Where the journal stood at the check."
    )
    problem = models.CharField(max_length=400, blank=True, help_text="Why it needs attention.")
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        related_name="duplicates",
        editable=False,
        help_text="The import that read the same file first.",
    )
    headers = models.JSONField(default=list, help_text="Header cells of the sheet that was read.")
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict, help_text="Control totals: ours and the file's own.")
    reasons = models.BinaryField(
        null=True,
        editable=False,
        help_text="Sealed: why rows were rejected, and how often.",
    )
    progress = models.PositiveIntegerField(default=0, help_text="Rows done in this state.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, related_name="imports", editable=False
    )
    undo_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        help_text="For whom a worker takes it back.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True, help_text="Last sign of life of its worker.")
    attempts = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="How often workers began what it waits for."
    )
    claims = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="How often workers took it, in all."
    )

    held_as: int | None = None
    """The claim of the worker that works with this object; None for everybody else."""

    objects = ImportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "-id"], name="import_kind_newest")]
        permissions = [("run_import", "Can import files")]

    def __str__(self) -> str:
        return f"import {self.pk}"

    def save(self, *args: Any, **options: Any) -> None:
        """Write the row; a worker's, only as long as it is the worker's.

        Raises:
            LostLeaseError: another worker has taken it since; nothing was changed.
        """
        with transaction.atomic():
            if self.held_as is not None and not self.mine().select_for_update().exists():
                raise LostLeaseError
            super().save(*args, **options)

    def beat(self, **values: Any) -> None:
        """Give a sign of life of the worker that holds it, and tell how far the work is.

        Raises:
            LostLeaseError: another worker has taken it since; nothing was changed.
        """
        if not self.mine().update(alive_at=timezone.now(), **values):
            raise LostLeaseError

    def mine(self) -> "ImportQuerySet":
        """The row, as long as the worker that works with this object holds it."""
        claims = self.claims if self.held_as is None else self.held_as
        return Import.objects.filter(pk=self.pk, claims=claims)


class RejectedRows(models.Model):
    """Rows of one import that cannot be taken as they are, in pages: sealed, with reasons."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rejections")
    first_line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    data = models.BinaryField(help_text="Sealed: line numbers, cells and reasons.")

    class Meta:
        verbose_name_plural = _("rejected rows")
        constraints = [
            models.UniqueConstraint("run", "first_line", name="rejected_page_starts_once")
        ]

    def __str__(self) -> str:
        return f"rejected rows {self.pk}"


class Repair(models.Model):
    """What a person made of one rejected row: other cells, or a decision to leave it out."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="repairs")
    line = models.PositiveIntegerField()
    cells = models.BinaryField(null=True, help_text="Sealed; NULL: left out.")
    is_valid = models.BooleanField(default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    repaired_at = models.DateTimeField(auto_now=True)
    committed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint("run", "line", name="row_is_repaired_once")]

    def __str__(self) -> str:
        return f"repair {self.pk}"


class ImportedRows(models.Model):
    """A page of rows that were taken: their fingerprints and the records they went to.

    Packed, because a file may have a million of them: ``lines`` are 4 bytes each, fingerprints and
    record ids 8, little endian, in the order of the lines. ``as_written`` may be of fewer rows.
    """

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="pages")
    first_line = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    lines = models.BinaryField()
    fingerprints = models.BinaryField()
    as_written = models.BinaryField(default=b"", help_text="Fingerprints of the unread cells.")
    records = models.BinaryField(help_text="Of the kind's first table.")

    class Meta:
        verbose_name_plural = _("imported rows")
        constraints = [
            models.UniqueConstraint("run", "first_line", name="imported_page_starts_once")
        ]

    def __str__(self) -> str:
        return f"imported rows {self.pk}"
