"""Coverage that a carrier has closed for a person, for good."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.records.triggers import history
from groups.models.elections import volume_field
from groups.models.members import Dependent, Employee
from groups.models.plans import Benefit


class CoverageLock(models.Model):
    """A person may not have more of a benefit than this, for good: a carrier's decision.

    It holds until somebody with the right lifts it, with a reason.
    """

    scope = scopes.Scope(parent="employee")

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="coverage_locks", db_index=False
    )
    dependent = models.ForeignKey(
        Dependent, on_delete=models.PROTECT, null=True, related_name="coverage_locks"
    )
    benefit = models.ForeignKey(Benefit, on_delete=models.PROTECT, related_name="+")
    volume = volume_field("at most")
    locked_date = models.DateField(help_text="From when it holds.")
    decision_id = models.BigIntegerField(null=True, help_text="The decision that says so.")
    created_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    lifted_reason = models.CharField("why", max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "employee",
                "benefit",
                "dependent",
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="coverage_is_locked_once_per_person_and_benefit",
            ),
        ]
        permissions = [("lift_coveragelock", "Can lift a lock on coverage, with a reason")]
        triggers = history()

    def __str__(self) -> str:
        return f"coverage lock {self.pk}"
