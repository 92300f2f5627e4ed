"""Who looked at whom."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import ApiKey
from individuals.models.individuals import Individual


class Sighting(models.Model):
    """Somebody had something of an individual before them: who sat there, as whom, with which key.

    Rows outlive the individual (a merge, a deletion) and are only ever added, so no foreign key is
    checked when one is written.
    """

    individual = models.ForeignKey(
        Individual,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        help_text="Who sat there; nobody when an API key of the whole agency asked.",
    )
    viewing_as = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        help_text="Whose rights they used, when these were not their own.",
    )
    api_key = models.ForeignKey(
        ApiKey,
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )

    class Meta:
        abstract = True


class Look(Sighting):
    """Somebody had an individual before them: once per person, way and clock hour."""

    class How(models.TextChoices):
        SCREEN = "screen", _("On screen")
        MERGE = "merge", _("While merging")
        SEARCH = "search", _("Found by MBI")
        EXPORT = "export", _("In an export")
        API = "api", _("Through the API")
        ADMIN = "admin", _("In the administration")

    how = models.CharField(max_length=8, choices=How.choices)
    hour = models.DateTimeField(help_text="The clock hour of the look.")
    looked_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_lookers", "Can see who looked at an individual"),
            ("review_viewing", "Can read the report of unusual viewing"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["individual", "hour", "user", "how", "viewing_as", "api_key"],
                nulls_distinct=False,
                name="look_is_noted_once_an_hour",
            )
        ]
        indexes = [BrinIndex(fields=["hour"], name="look_hour", autosummarize=True)]

    def __str__(self) -> str:
        return f"look {self.pk}"


class Opening(Sighting):
    """Somebody opened a document of an individual, or of one of their policies: every time.

    Rows outlive the document as well.
    """

    document_id = models.BigIntegerField()
    what = models.CharField(max_length=60, help_text="The kind of document, in English.")
    opened_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index("individual", "opened_at", name="opening_individual"),
            models.Index("document_id", name="opening_document"),
            BrinIndex(fields=["opened_at"], name="opening_moment", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"opening {self.pk}"
