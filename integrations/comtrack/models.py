"""The nightly query of ComTrack: how it is set up, and each run of it."""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.fields import SealedTextField
from agencyhub.records.triggers import history
from integrations.nightly_models import NightlyRun

MOST_IN_A_BATCH = 500


class Connection(models.Model):
    """The account's one ComTrack."""

    is_active = models.BooleanField(default=False)
    activated_at = models.DateTimeField(null=True, editable=False)
    address = models.URLField(
        max_length=250, blank=True, help_text="Where applications are asked about."
    )
    api_key = SealedTextField(verbose_name="API key")
    start_time = models.TimeField(
        "every night at", default=time(0), help_text="In the time zone beside it."
    )
    time_zone = models.CharField(max_length=40, blank=True, default="")
    batch_size = models.PositiveSmallIntegerField(
        "applications in a request",
        default=MOST_IN_A_BATCH,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_IN_A_BATCH)],
    )
    requests_per_second = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("ComTrack connection")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="comtrack_has_one_connection"),
            models.CheckConstraint(
                condition=Q(batch_size__gte=1) & Q(batch_size__lte=MOST_IN_A_BATCH),
                name="comtrack_batch_fits_a_request",
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return "ComTrack connection"


class QueryRun(NightlyRun):
    """One night's questions, or one that somebody started: how far, and what came of it.

    ``cursor`` is the last application that is dealt with: together with the answers it is stored in
    one transaction, so that whoever takes a run up again loses and repeats nothing.
    """

    cursor = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0, help_text="The newest application at its start.")
    total = models.PositiveIntegerField(default=0)
    requests = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(state__in=["waiting", "running"]),
                name="one_comtrack_run_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"ComTrack run {self.pk}"
