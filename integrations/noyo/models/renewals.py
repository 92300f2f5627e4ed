"""What a group wants from its carriers at renewal, and whether they have it installed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.records.triggers import history
from groups.models import EmployerGroup
from integrations.noyo.models.groups import UUID, GroupScoped


class RenewalDecision(models.Model):
    """What is expected of every carrier on the renewal date.

    ``body`` is Noyo's: ``{"carriers": [{"carrier_id", "lines_of_coverage": {line: {…}}}]}``.
    ``issues`` are what is not ready, ``[{"level", "message", "carrier_id", "line_of_coverage"}]``.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Not sent")
        SUBMITTED = "submitted", _("Sent, not checked yet")
        NOT_READY = "not_ready", _("Not ready at the carrier")
        READY = "ready", _("Ready at the carrier")
        DONE = "done", _("Done")

    POLLED = (Status.SUBMITTED, Status.NOT_READY, Status.READY)

    scope = scopes.Scope(parent="group")

    group = models.ForeignKey(
        EmployerGroup, on_delete=models.PROTECT, related_name="renewal_decisions", db_index=False
    )
    renewal_date = models.DateField()
    body = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    issues = models.JSONField(default=list)
    noyo_id = models.CharField(max_length=UUID, blank=True, default="", db_default="")
    version = models.CharField(max_length=UUID, blank=True, default="", db_default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    polled_at = models.DateTimeField(null=True)

    objects = GroupScoped["RenewalDecision"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("group", "renewal_date", name="renewal_is_decided_once"),
            models.UniqueConstraint(
                "noyo_id", condition=~Q(noyo_id=""), name="noyo_renewal_id_is_unique"
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"renewal decision {self.pk}"
