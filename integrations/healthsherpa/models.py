"""Whether HealthSherpa Medicare delivers to this account."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.records.triggers import history


class Connection(models.Model):
    """The account's one connection; its keys are API keys of the scope ``healthsherpa``."""

    is_active = models.BooleanField(default=False)
    activated_at = models.DateTimeField(null=True, editable=False)
    deactivated_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("HealthSherpa connection")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="healthsherpa_has_one_connection")
        ]
        triggers = history()

    def __str__(self) -> str:
        return "HealthSherpa connection"
