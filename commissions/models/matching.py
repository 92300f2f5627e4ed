"""What people decided about matches, and the runs of Refresh."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.records.triggers import history
from commissions.models import changes
from commissions.models.applications import Application
from commissions.models.book import BookRow
from commissions.models.statements import CommissionLine
from policies.models import Carrier


class Decision(models.Model):
    """A person's word that two rows belong together, or do not. Refresh never overrules it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="decisions")
    book_row = models.ForeignKey(
        BookRow, on_delete=models.CASCADE, null=True, related_name="decisions"
    )
    line = models.ForeignKey(
        CommissionLine, on_delete=models.CASCADE, null=True, related_name="decisions"
    )
    is_match = models.BooleanField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(book_row__isnull=True) ^ Q(line__isnull=True),
                name="decision_is_about_a_book_row_or_a_line",
            ),
            models.UniqueConstraint(
                "application", "book_row", name="pair_with_book_row_is_decided_once"
            ),
            models.UniqueConstraint("application", "line", name="pair_with_line_is_decided_once"),
        ]
        permissions = [("review_matches", "Can refresh and decide matches")]
        triggers = [*history(), *changes.noticed_of_application()]

    def __str__(self) -> str:
        return f"decision {self.pk}"


class NumberAlias(models.Model):
    """What a carrier calls an application, learnt from a decision: it is not asked again.

    ``number_key`` is a policy number or member ID as numbers are compared.
    """

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="+")
    number_key = models.CharField(max_length=60)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="aliases")
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name_plural = _("number aliases")
        constraints = [
            models.UniqueConstraint(
                "carrier", "number_key", "application", "decision", name="alias_is_learnt_once"
            )
        ]
        triggers = [*history(), *changes.noticed_of_application()]

    def __str__(self) -> str:
        return f"number alias {self.pk}"


class MatchChange(models.Model):
    """Rows that Refresh has yet to look at: a range of keys, written by triggers."""

    class Kind(models.IntegerChoices):
        APPLICATION = changes.APPLICATION, _("Applications")
        BOOK_ROW = changes.BOOK_ROW, _("Book rows")
        LINE = changes.LINE, _("Commission lines")

    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"change to match {self.pk}"


class KeySegment(models.Model):
    """By which keys rows may find each other, and what they say, as of the run that wrote them.

    ``data`` has keys and places in ``compared``, which has the rows as they are compared, in Arrow.
    A later segment adds rows that changed; what an earlier one says of them is checked when they
    are read. ``rules`` says which rules made the keys: others cannot be compared with them.
    """

    kind = models.PositiveSmallIntegerField(choices=MatchChange.Kind.choices)
    rules = models.CharField(max_length=40)
    rows = models.PositiveIntegerField()
    is_base = models.BooleanField()
    data = models.BinaryField()
    compared = models.BinaryField()

    def __str__(self) -> str:
        return f"keys {self.pk}"


class MatchRun(models.Model):
    """One Refresh: what it looked at, how far it is, what it found."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    is_full = models.BooleanField(default=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    phase = models.CharField(max_length=60, blank=True, default="")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=250, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(state="running"),
                name="one_match_run_at_a_time",
            ),
            models.UniqueConstraint(
                models.Value(1), condition=Q(state="waiting"), name="one_match_run_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"match run {self.pk}"
