"""Who uncovered whose SSN."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencyhub.accounts import scope as scopes
from groups.models.members import Dependent, Employee


class SsnReveal(models.Model):
    """Who uncovered a full SSN, when, and the reason they gave.

    ``dependent`` says whose it was; blank: the employee's own.
    """

    scope = scopes.Scope(parent="employee")

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="ssn_reveals")
    dependent = models.ForeignKey(
        Dependent, on_delete=models.CASCADE, null=True, related_name="ssn_reveals"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=200)
    revealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "uncovered SSN"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="ssn_reveal_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"SSN reveal {self.pk}"
