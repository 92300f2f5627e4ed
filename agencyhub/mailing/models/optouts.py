"""Addresses that nothing, or nothing of one kind, is sent to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User


class OptOut(models.Model):
    """One address does not want one kind of mail, or (``kind`` is blank) takes none at all.

    The address itself is not kept: ``to_index`` finds it, ``masked`` is for screens.
    """

    class Cause(models.TextChoices):
        LINK = "link", _("Unsubscribed")
        PROFILE = "profile", _("Switched off in the profile")
        STAFF = "staff", _("Entered by the agency")
        REFUSED = "refused", _("The mail server refused the address")

    to_index = models.BinaryField(editable=False)
    masked = models.CharField(max_length=80)
    kind = models.CharField(max_length=40, blank=True, default="")
    cause = models.CharField(max_length=8, choices=Cause.choices)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                "to_index",
                "kind",
                condition=Q(ended_at__isnull=True),
                name="address_opts_out_once_per_kind",
            )
        ]

    def __str__(self) -> str:
        return f"opt-out {self.pk}"
