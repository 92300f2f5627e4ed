"""The second factor of a sign-in: an app that makes codes, and codes for when the app is lost."""

from typing import ClassVar

from django.db import models
from django_otp.models import Device, ThrottlingMixin, TimestampMixin

from agencyhub.accounts.models.people import User
from agencyhub.lib.fields import SealedTextField


class SecondFactor(TimestampMixin, ThrottlingMixin, Device):
    """The one app of a user; until ``confirmed`` it is only being set up."""

    secret = SealedTextField(help_text="The key shared with the app, base32.")
    last_step = models.BigIntegerField(
        default=-1, help_text="The 30 seconds whose code was used last; none before works again."
    )

    objects: ClassVar[models.Manager["SecondFactor"]] = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint("user", name="user_has_one_second_factor")]

    def __str__(self) -> str:
        return f"second factor {self.pk}"

    def get_throttle_factor(self) -> int:
        """Wait 1, 2, 4 ... seconds after each wrong code."""
        return 1


class RecoveryCode(models.Model):
    """A code that works once in the place of the app: only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(editable=False, help_text="SHA-256 of the code.")
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"recovery code {self.pk}"
