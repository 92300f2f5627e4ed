"""Who uncovered what."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from individuals.models.individuals import Individual
from individuals.models.sales import SalesRecord


class RevealLog(models.Model):
    """Who uncovered a full MBI, when, and the reason they gave."""

    individual = models.ForeignKey(
        Individual, on_delete=models.CASCADE, null=True, related_name="reveals"
    )
    sales_record = models.ForeignKey(
        SalesRecord, on_delete=models.CASCADE, null=True, related_name="reveals"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    revealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(individual__isnull=True) ^ Q(sales_record__isnull=True),
                name="reveal_is_of_one_record",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reveal_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"reveal {self.pk}"
