"""Retrieve: how carriers' files are fetched, each run, and each file that a carrier showed."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.imports.models import Import
from agencyhub.lib.fields import SealedTextField
from agencyhub.records.triggers import history
from policies.models import Carrier

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


def every_day() -> list[int]:
    """Monday is 0."""
    return list(EVERY_DAY)


class Connection(models.Model):
    """How one carrier's files are fetched, and when."""

    class Transport(models.TextChoices):
        HTTPS = "https", _("HTTPS download")
        SFTP = "sftp", _("SFTP folder")
        API = "api", "API"

    class SignIn(models.TextChoices):
        FORM = "form", _("Sign-in page with user name and password")
        PASSWORD = "password", _("User name and password")
        TOKEN = "token", _("Access token")
        KEY = "key", _("User name and private key")

    class StatementType(models.TextChoices):
        DEFINED = "defined", _("Defined: final for a period")
        CUSTOM = "custom", _("Custom: made for the dates asked for")
        ROLLING = "rolling", _("Rolling: the current month is rewritten")

    class CurrentMonth(models.TextChoices):
        WAIT = "wait", _("Leave it until the month is over")
        REREAD = "reread", _("Read it again whenever it changed")

    carrier = models.OneToOneField(Carrier, on_delete=models.PROTECT, related_name="connection")
    is_active = models.BooleanField("active", default=False, help_text="Runs on its schedule.")
    transport = models.CharField(max_length=5, choices=Transport.choices)
    base_url = models.URLField("address", max_length=300, blank=True)
    index_path = models.CharField("list of files", max_length=300, blank=True)
    login_path = models.CharField("sign-in page", max_length=300, blank=True)
    user_field = models.CharField("field of the user name", max_length=60, default="username")
    password_field = models.CharField("field of the password", max_length=60, default="password")
    host = models.CharField(max_length=200, blank=True)
    port = models.PositiveIntegerField(default=22, validators=[MaxValueValidator(65535)])
    folder = models.CharField(max_length=300, blank=True, default="/")
    host_key = models.CharField(
        max_length=1000, blank=True, editable=False,
        help_text="The server's key as it was seen first; another one is refused.",
    )  # fmt: skip
    sign_in = models.CharField(max_length=8, choices=SignIn.choices)
    username = models.CharField("user name", max_length=120, blank=True)
    expires_on = models.DateField("credentials expire on", null=True, blank=True)
    book_pattern = models.CharField("book of business files", max_length=120, blank=True)
    statement_pattern = models.CharField("statement files", max_length=120, blank=True)
    status_pattern = models.CharField(
        "status files of a Premier Partner", max_length=120, blank=True, db_default=""
    )
    statement_type = models.CharField(
        max_length=8, choices=StatementType.choices, default=StatementType.DEFINED
    )
    current_month = models.CharField(
        max_length=6, choices=CurrentMonth.choices, default=CurrentMonth.WAIT
    )
    days = ArrayField(models.PositiveSmallIntegerField(), default=every_day)
    at = models.TimeField("time", help_text="In the agency's time zone.")
    look_back_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    scheduled_since = models.DateTimeField(
        null=True, editable=False, help_text="Moments before it are not made up for."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("carrier connection")
        triggers = history()
        constraints = [
            models.CheckConstraint(
                condition=~Q(book_pattern="") | ~Q(statement_pattern="") | ~Q(status_pattern=""),
                name="connection_brings_some_files",
            ),
            models.CheckConstraint(condition=~Q(days=[]), name="connection_has_a_day_of_the_week"),
            models.CheckConstraint(
                condition=(Q(transport="sftp") & ~Q(host="") & Q(sign_in__in=["password", "key"]))
                | (Q(transport="https") & ~Q(base_url="") & ~Q(sign_in="key"))
                | (Q(transport="api") & ~Q(base_url="") & Q(sign_in__in=["password", "token"])),
                name="connection_has_what_its_transport_needs",
            ),
        ]

    def __str__(self) -> str:
        return f"carrier connection {self.pk}"

    @property
    def place(self) -> str:
        """Where it signs in: what is stored to sign in with goes nowhere else."""
        if self.is_sftp:
            return f"sftp://{self.host}:{self.port}"
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_sftp(self) -> bool:
        """Whether a host is dialled instead of a web address."""
        return self.transport == self.Transport.SFTP


class Credentials(models.Model):
    """What a connection signs in with: sealed, never shown again, and not in the history."""

    is_bookkeeping = True

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, related_name="credentials"
    )
    secret = SealedTextField(help_text="Password or access token.")
    private_key = SealedTextField()
    passphrase = SealedTextField(help_text="Of the private key.")
    place = models.CharField(
        max_length=320, default="", editable=False, help_text="The place they were entered for."
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "credentials"

    def __str__(self) -> str:
        return f"credentials {self.pk}"

    def fit(self, connection: Connection) -> bool:
        """Whether there is something to sign in with, and it was entered for this place."""
        return bool(self.secret or self.private_key) and self.place == connection.place


class RetrievalQuerySet(models.QuerySet["Retrieval"]):
    def open(self) -> "RetrievalQuerySet":
        """Waiting for a worker, or with one."""
        return self.filter(state__in=Retrieval.OPEN)


class Retrieval(models.Model):
    """One run: the files of a range of days, listed, fetched and handed to the imports."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    OPEN = (State.WAITING, State.RUNNING)

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="retrievals")
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(null=True, help_text="By schedule; without: run by hand.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    again_at = models.DateTimeField(null=True, help_text="Not before, after a passing failure.")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True, help_text="Last sign of life of its worker.")
    claims = models.PositiveSmallIntegerField(
        default=0, help_text="How often a worker took it; the number is the worker's right to it."
    )
    failures = models.PositiveSmallIntegerField(default=0, help_text="Passing ones, in a row.")
    is_listed = models.BooleanField(default=False)
    listed = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0, help_text="Fetched by an earlier run.")
    fetched = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    held_back = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0, help_text="Files that could not be had.")
    code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=300, blank=True, help_text="In words.")
    next_step = models.CharField(max_length=300, blank=True)

    objects = RetrievalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "connection",
                condition=Q(state__in=["waiting", "running"]),
                name="one_retrieval_at_a_time_per_connection",
            ),
            models.UniqueConstraint("connection", "due_at", name="retrieval_starts_once_when_due"),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="retrieval_ends_on_or_after_its_first_day"
            ),
        ]
        indexes = [models.Index("connection", F("id").desc(), name="retrieval_newest")]

    def __str__(self) -> str:
        return f"retrieval {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is not at its end yet."""
        return self.state in self.OPEN


class CarrierFile(models.Model):
    """A file as a carrier showed it: its name, size and stamp tell whether it is known."""

    class Kind(models.TextChoices):
        BOOK = "book_of_business", _("Book of business")
        STATUS = "premier_status", _("Status file")
        STATEMENT = "commission_statement", _("Statement")

    class State(models.TextChoices):
        LISTED = "listed", _("To fetch")
        IMPORTING = "importing", _("Handed to the imports")
        DUPLICATE = "duplicate", _("Same content as before")
        HELD_BACK = "held_back", _("Month is not over")
        FAILED = "failed", _("Not fetched")

    KNOWN = (State.IMPORTING, State.DUPLICATE)

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="files")
    retrieval = models.ForeignKey(Retrieval, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=255)
    path = models.CharField(max_length=500, help_text="How the carrier finds it.")
    size = models.PositiveBigIntegerField(null=True, help_text="In bytes, if the carrier tells.")
    stamp = models.CharField(max_length=120, blank=True, help_text="Version or time of change.")
    file_date = models.DateField(null=True)
    period = models.CharField(max_length=7, blank=True, help_text="Month, such as 2026-11.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.LISTED)
    tries = models.PositiveSmallIntegerField(default=0)
    run = models.ForeignKey(Import, on_delete=models.SET_NULL, null=True, related_name="+")
    problem = models.CharField(max_length=300, blank=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "connection", "kind", "path", "size", "stamp",
                name="carrier_file_is_known_once", nulls_distinct=False,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"carrier file {self.pk}"

    @property
    def is_statement(self) -> bool:
        """Whether it is of a month."""
        return self.kind == self.Kind.STATEMENT
