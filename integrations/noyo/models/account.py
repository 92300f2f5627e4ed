"""How AgencyHub reaches Noyo, and which carriers stand behind it."""

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.fields import SealedTextField
from agencyhub.records.triggers import history
from policies.models import Carrier


class Account(models.Model):
    """The agency's one account with Noyo."""

    class Signed(models.TextChoices):
        """What a webhook's signature is of: Noyo's texts and its samples say different things."""

        EITHER = "either", _("Either of the two")
        TIMESTAMP_AND_BODY = "timestamp_and_body", _("Timestamp and body")
        BODY = "body", _("Body alone")

    is_active = models.BooleanField("connected", default=False)
    activated_at = models.DateTimeField(null=True, editable=False)
    fulfillment_url = models.URLField(
        "address of the Fulfillment API", max_length=250, default="https://fulfillment.noyo.com"
    )
    tracking_url = models.URLField(
        "address of the Tracking API", max_length=250, default="https://tracking.noyo.com"
    )
    token_url = models.URLField(
        "address of the tokens",
        max_length=250,
        default="https://accounts.noyo.com/auth/public/token",
    )
    webhooks_sign = models.CharField(
        "webhooks sign", max_length=20, choices=Signed.choices, default=Signed.EITHER
    )
    sync_time = models.TimeField(
        "read every night at", default=time(2), help_text="In the agency's time zone."
    )
    renewal_days = models.PositiveSmallIntegerField(
        "a renewal window opens so many days before", default=90
    )

    class Meta:
        verbose_name = _("Noyo account")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="noyo_has_one_account"),
            models.CheckConstraint(
                condition=Q(renewal_days__gte=1) & Q(renewal_days__lte=180),
                name="noyo_renewal_window_is_1_to_180_days",
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return "Noyo account"


class Credentials(models.Model):
    """What Noyo is asked with, and what its webhooks are checked with: sealed, not in the history.

    A second webhook secret lets Noyo change its own without a lost event.
    """

    is_bookkeeping = True

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="credentials")
    client_id = SealedTextField(verbose_name="client ID")
    client_secret = SealedTextField()
    webhook_secret = SealedTextField()
    other_webhook_secret = SealedTextField(help_text="The former one, or the next.")
    places = models.CharField(
        max_length=760, help_text="The three addresses that they were entered for."
    )

    class Meta:
        verbose_name_plural = "credentials"

    def __str__(self) -> str:
        return f"credentials {self.pk}"


class NoyoCarrier(models.Model):
    """A carrier as Noyo numbers it, and which of ours it is.

    ``mapped_fields`` say which parts of its account structures matter: a list of
    ``{"object_name", "mapped_field", "label", "mapping_type"}``; null before they were read.
    """

    noyo_id = models.CharField("Noyo's carrier ID", max_length=36, unique=True)
    name = models.CharField(max_length=120, blank=True)
    carrier = models.OneToOneField(
        Carrier, on_delete=models.PROTECT, null=True, blank=True, related_name="noyo_carrier"
    )
    mapped_fields = models.JSONField(null=True, editable=False)
    read_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("carrier at Noyo")
        verbose_name_plural = _("carriers at Noyo")
        triggers = history()

    def __str__(self) -> str:
        return f"carrier {self.pk} at Noyo"

    @property
    def label(self) -> str:
        """Its name with us, else what was typed, else Noyo's number."""
        return self.carrier.name if self.carrier else self.name or self.noyo_id
