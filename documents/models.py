"""Files that people keep with an Individual or a policy."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.errors import DomainError
from agencyhub.records.models import Batch, Change
from agencyhub.records.triggers import history
from documents import terms
from documents.formats import BY_MEDIA_TYPE, LONGEST_NAME
from individuals.models import Individual
from policies.models import Policy


class StillKeptError(DomainError):
    """The law wants the document kept for longer."""

    code = "document_still_kept"

    def __init__(self, until: date) -> None:
        msg = gettext(
            "A Scope of Appointment is kept for ten years, even where nothing was sold. This one "
            "can be removed from %(until)s on."
        ) % {"until": f"{until:%m/%d/%Y}"}
        super().__init__(msg)


class DocumentQuerySet(models.QuerySet["Document"]):
    def kept(self) -> "DocumentQuerySet":
        """Those that nobody removed."""
        return self.filter(removed_at__isnull=True)

    def removed(self) -> "DocumentQuerySet":
        """Those that wait for their bytes to be deleted."""
        return self.filter(removed_at__isnull=False)


class Document(models.Model):
    """One file of one record; its bytes lie sealed in the vault.

    Who sees the record sees its documents (``owners``). Bytes never change: another version is
    another document. One that was removed can be put back until its bytes are deleted.
    """

    class Kind(models.TextChoices):
        SCOPE = "scope_of_appointment", _("Scope of Appointment")
        APPLICATION = "application", _("Application")
        ID_CARD = "id_card", _("ID card")
        LETTER = "carrier_letter", _("Carrier letter")
        CONSENT = "consent", _("Consent")
        OTHER = "other", _("Other")

    individual = models.ForeignKey(
        Individual, on_delete=models.PROTECT, null=True, related_name="documents"
    )
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, null=True, related_name="documents"
    )
    kind = models.CharField(max_length=24, choices=Kind.choices)
    name = models.CharField("file name", max_length=LONGEST_NAME)
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    media_type = models.CharField(max_length=100, help_text="As its content says.")
    sha256 = models.BinaryField(max_length=32, editable=False)
    key = models.BinaryField(
        max_length=16, unique=True, editable=False, help_text="In hex its name in the vault."
    )
    signed_date = models.DateField("signed on", null=True, blank=True)
    kept_until = models.DateTimeField(
        "kept until", null=True, editable=False, help_text="It cannot be removed before."
    )
    note = models.CharField(max_length=200, blank=True, default="", db_default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="uploaded by",
        help_text="Nobody when an API key of the whole agency brought it.",
    )
    uploaded_at = models.DateTimeField("uploaded", auto_now_add=True, db_default=Now())
    removed_at = models.DateTimeField("removed", null=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(individual__isnull=True) ^ Q(policy__isnull=True),
                name="document_is_of_one_record",
            ),
            models.CheckConstraint(
                condition=~Q(kind="scope_of_appointment") | Q(kept_until__isnull=False),
                name="document_scope_says_how_long_it_is_kept",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True)
                | Q(kept_until__isnull=True)
                | Q(removed_at__gte=F("kept_until")),
                name="document_is_not_removed_before_its_time",
            ),
        ]
        indexes = [
            models.Index(
                "removed_at", name="document_removed", condition=Q(removed_at__isnull=False)
            )
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"document {self.pk}"

    @property
    def stored_as(self) -> str:
        """Its name in the vault."""
        return bytes(self.key).hex()

    @property
    def format(self) -> Any:
        """What it is, in words; its media type where that is not taken any more."""
        found = BY_MEDIA_TYPE.get(self.media_type)
        return found.label if found else self.media_type

    @property
    def last_valid_day(self) -> date | None:
        """Of a Scope of Appointment of which it is known when it was signed."""
        if self.kind != self.Kind.SCOPE or self.signed_date is None:
            return None
        return terms.last_valid_day(self.signed_date)

    def ensure_removable(self) -> None:
        """Refuse to let go of what the law wants kept.

        Raises:
            StillKeptError: says until when.
        """
        if self.kept_until is not None and self.kept_until > timezone.now():
            raise StillKeptError(timezone.localdate(self.kept_until))

    @classmethod
    def before_undo(cls, batch: Batch) -> None:
        """Let ``records.services.undo`` take an upload back only where it could be removed.

        Raises:
            StillKeptError: the batch brought a Scope of Appointment.
        """
        brought = batch.changes.filter(
            table_name=cls._meta.db_table, action=Change.Action.INSERT
        ).values("record_id")
        for document in cls.objects.filter(pk__in=brought).order_by("pk"):
            document.ensure_removable()

    @classmethod
    def after_undo(cls, _batch: Batch) -> list[str]:
        """Nothing else stays as it is."""
        return []
