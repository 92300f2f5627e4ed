"""Worksheets that are taken back, decision by decision, by a worker."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.imports.models import Import


class Reversal(models.Model):
    """What became of taking back a worksheet; one at a time of each.

    ``below`` is the last decision that was tried: what is left is below it. ``claims`` counts the
    workers that began; only the last of them may write.
    """

    class State(models.TextChoices):
        WORKING = "working", _("In progress")
        DONE = "done", _("Done")
        GIVEN_UP = "given_up", _("Given up")

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WORKING)
    total = models.PositiveIntegerField(
        editable=False, help_text="Decisions that stood when it began."
    )
    reversed = models.PositiveIntegerField(default=0, editable=False)
    refused = models.PositiveIntegerField(
        default=0, editable=False, help_text="Decisions that stay."
    )
    named = models.JSONField(
        default=list,
        editable=False,
        help_text="Those that stay, the first of them: decision and why, in English.",
    )
    below = models.BigIntegerField(null=True, editable=False)
    claims = models.PositiveSmallIntegerField(default=0, editable=False)
    alive_at = models.DateTimeField(
        null=True, editable=False, help_text="Last sign of life of its worker."
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "run", condition=Q(state="working"), name="worksheet_is_reversed_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"reversal {self.pk}"

    @property
    def tried(self) -> int:
        """How many decisions the worker is done with."""
        return self.reversed + self.refused
