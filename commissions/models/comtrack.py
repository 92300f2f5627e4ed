"""What ComTrack last answered about an application."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from commissions.models.applications import Application
from commissions.models.book import BookRow


class ComtrackStatus(models.Model):
    """The answer of the last nightly query that brought one."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, primary_key=True, related_name="comtrack_status"
    )
    match_state = models.CharField(max_length=24, choices=Application.MatchState.choices)
    policy_status = models.CharField(max_length=60, blank=True, default="")
    carrier_status = models.CharField(max_length=120, blank=True, default="")
    book_as_of_date = models.DateField(null=True)
    termination_date = models.DateField(null=True)
    last_commission = models.DecimalField(
        "last commission (USD)", max_digits=12, decimal_places=2, null=True
    )
    last_commission_date = models.DateField(null=True)
    payment_period = models.CharField(max_length=40, blank=True, default="")
    reasons = models.JSONField(default=list)
    as_of = models.DateTimeField(help_text="When ComTrack said so.")
    changed_at = models.DateTimeField(help_text="When an answer last differed from the one before.")

    class Meta:
        verbose_name_plural = _("ComTrack statuses")

    def __str__(self) -> str:
        return f"ComTrack status of application {self.application_id}"

    @property
    def policy_status_words(self) -> str:
        """The status in our words where it is one of ours, else as it was told."""
        return str(dict(BookRow.Status.choices).get(self.policy_status, self.policy_status))
