"""EOI batch files: the servers they lie on, a folder per group, and what became of each file."""

import secrets

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.lib.fields import SealedTextField
from agencyhub.records.triggers import history
from groups.models import EmployerGroup


def new_key() -> str:
    """A name for a file that no other has."""
    return secrets.token_hex(8)


class Server(models.Model):
    """An SFTP server on which carriers put their decisions."""

    class SignIn(models.TextChoices):
        PASSWORD = "password", _("User name and password")
        KEY = "key", _("User name and private key")

    name = models.CharField(max_length=80, unique=True)
    is_active = models.BooleanField("looked at", default=True)
    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=22, validators=[MaxValueValidator(65535)])
    host_key = models.CharField(
        max_length=1000, blank=True, editable=False,
        help_text="The server's key as it was seen first; another one is refused.",
    )  # fmt: skip
    sign_in = models.CharField(max_length=8, choices=SignIn.choices, default=SignIn.PASSWORD)
    username = models.CharField("user name", max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("SFTP server of EOI batches")
        verbose_name_plural = _("SFTP servers of EOI batches")
        triggers = history()

    def __str__(self) -> str:
        return f"EOI batch server {self.pk}"

    @property
    def place(self) -> str:
        """Where it signs in: what is stored to sign in with goes nowhere else."""
        return f"sftp://{self.host}:{self.port}"


class Credentials(models.Model):
    """What a server is signed in to with: sealed, never shown again, and not in the history."""

    is_bookkeeping = True

    server = models.OneToOneField(Server, on_delete=models.CASCADE, related_name="credentials")
    secret = SealedTextField(help_text="Password.")
    private_key = SealedTextField()
    passphrase = SealedTextField(help_text="Of the private key.")
    place = models.CharField(max_length=320, help_text="The place they were entered for.")

    class Meta:
        verbose_name_plural = "credentials"

    def __str__(self) -> str:
        return f"credentials {self.pk}"


class Look(models.Model):
    """How the last look at a server went."""

    server = models.OneToOneField(Server, on_delete=models.CASCADE, related_name="look")
    looked_at = models.DateTimeField(null=True, help_text="The last look that went well.")
    failed_at = models.DateTimeField(null=True, help_text="Since when looks fail.")
    code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=300, blank=True, help_text="In words.")
    next_step = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"look {self.pk}"


class Folder(models.Model):
    """A group's folder on a server, with inbound, processing, archive, rejected and outbound."""

    INBOUND, PROCESSING = "inbound", "processing"
    ARCHIVE, REJECTED, OUTBOUND = "archive", "rejected", "outbound"
    PARTS = (INBOUND, PROCESSING, ARCHIVE, REJECTED, OUTBOUND)

    scope = scopes.Scope(parent="group")

    server = models.ForeignKey(
        Server, on_delete=models.PROTECT, related_name="folders", db_index=False
    )
    group = models.OneToOneField(
        EmployerGroup, on_delete=models.PROTECT, related_name="eoi_batch_folder"
    )
    path = models.CharField("folder", max_length=300, help_text="Such as /eoi/lakeside")
    is_active = models.BooleanField("picked up", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("EOI batch folder")
        constraints = [
            models.UniqueConstraint("server", "path", name="eoi_batch_folder_is_one_groups"),
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"EOI batch folder {self.pk}"

    def part(self, name: str) -> str:
        """The path of one of its five parts."""
        return f"{self.path.rstrip('/')}/{name}"


class BatchFileQuerySet(models.QuerySet["BatchFile"]):
    def visible_to(self, user: User) -> "BatchFileQuerySet":
        """The rows that the user's roles reach: those of the groups that they reach."""
        return scopes.narrow(self, user=user)


class BatchFile(models.Model):
    """A file of decisions, from when it is seen until it lies in the archive or with the rejected.

    Each state says what is certainly done; the step that follows may be repeated any number of
    times. ``claims`` is the right of whoever works on it.
    """

    class State(models.TextChoices):
        SEEN = "seen", _("Arriving")
        TAKEN = "taken", _("Being read")
        DECIDING = "deciding", _("Being decided")
        REPORTING = "reporting", _("Writing results")
        REFUSING = "refusing", _("Being refused")
        ARCHIVED = "archived", _("Done")
        REJECTED = "rejected", _("Refused")

    IN_WORK = (State.TAKEN, State.DECIDING, State.REPORTING, State.REFUSING)
    COUNTING = (State.DECIDING, State.REPORTING, State.ARCHIVED)

    scope = scopes.Scope(parent="folder")

    key = models.CharField(max_length=16, unique=True, default=new_key, editable=False)
    folder = models.ForeignKey(
        Folder, on_delete=models.PROTECT, related_name="files", db_index=False
    )
    name = models.CharField(max_length=255, help_text="As it came.")
    size = models.PositiveBigIntegerField(null=True)
    stamp = models.CharField(max_length=120, blank=True, help_text="Time of the last change.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.SEEN)
    sha256 = models.CharField("SHA-256 of the content", max_length=64, blank=True)
    seen_at = models.DateTimeField(help_text="Since when it has this size.")
    taken_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True, help_text="Last sign of life of its worker.")
    claims = models.PositiveIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(
        default=0, help_text="How often its worker ended without a word."
    )
    rows = models.PositiveIntegerField(null=True, help_text="Without those that decide nothing.")
    undecided = models.PositiveIntegerField(default=0, help_text="Rows without an action.")
    valid = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=600, blank=True, help_text="Why all of it is refused.")

    objects = BatchFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("EOI batch file")
        constraints = [
            models.UniqueConstraint(
                "folder", "name",
                condition=Q(state__in=("seen", "taken")),
                name="eoi_batch_file_arrives_once",
            ),
            models.UniqueConstraint(
                fields=("folder",),
                condition=Q(state__in=("taken", "deciding", "reporting", "refusing")),
                name="eoi_batch_folder_has_one_file_in_work",
            ),
            models.UniqueConstraint(
                "folder", "sha256",
                condition=Q(state__in=("deciding", "reporting", "archived")),
                name="eoi_batch_content_is_decided_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index("folder", F("id").desc(), name="eoi_batch_file_newest"),
            models.Index(
                "state",
                condition=~Q(state__in=("archived", "rejected")),
                name="eoi_batch_file_in_work",
            ),
        ]

    def __str__(self) -> str:
        return f"EOI batch file {self.pk}"

    @property
    def is_refused(self) -> bool:
        """Whether it goes to the rejected as a whole."""
        return self.state in (self.State.REFUSING, self.State.REJECTED)


class BatchRow(models.Model):
    """What became of a row of a file: what the results file says about it."""

    file = models.ForeignKey(
        BatchFile, on_delete=models.CASCADE, related_name="results", db_index=False
    )
    row = models.PositiveIntegerField(help_text="As a spreadsheet counts.")
    subscriber_id = models.CharField(max_length=40, blank=True)
    benefit_lookup_code = models.CharField(max_length=60, blank=True)
    action = models.CharField(max_length=60, blank=True, help_text="As it was written.")
    is_valid = models.BooleanField()
    errors = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("file", "row", name="eoi_batch_row_has_one_result")]

    def __str__(self) -> str:
        return f"EOI batch row {self.pk}"
