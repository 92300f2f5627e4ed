"""Keys of partners and scripts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models.people import User


class ApiKey(models.Model):
    """A partner's or script's key: only a digest is kept; several of a scope may live at once."""

    class Scope(models.TextChoices):
        PLANCOMPARE = "plancompare", "PlanCompare"
        HEALTHSHERPA = "healthsherpa", "HealthSherpa"
        PREMIER = "premier", _("Premier Partners")
        NOYO = "noyo", _("Noyo")
        COMTRACK = "comtrack", "ComTrack"
        EOI = "eoi", "EOI"
        API = "api", _("REST API")

    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=20, choices=Scope.choices)
    prefix = models.CharField(max_length=12, help_text="First characters, to recognise the key.")
    digest = models.BinaryField(unique=True, editable=False, help_text="SHA-256 of the key.")
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        help_text="Whose scope the key has; none means the whole agency.",
    )
    public_key = models.TextField(
        blank=True,
        default="",
        help_text="With which the caller's signed assertions are read, as PEM (OAuth).",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")

    def __str__(self) -> str:
        return f"API key {self.pk}"
