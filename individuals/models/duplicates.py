"""Individuals who may be one person, and what was decided about them."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import reach_of
from agencyhub.records.triggers import history
from individuals.duplicates import CERTAIN
from individuals.models.individuals import Individual


class DuplicatePairQuerySet(models.QuerySet["DuplicatePair"]):
    def open(self) -> "DuplicatePairQuerySet":
        """Pairs that nobody has decided about."""
        return self.filter(state=DuplicatePair.State.OPEN)

    def of(self, individual_id: int) -> "DuplicatePairQuerySet":
        """The pairs that an individual is half of."""
        return self.filter(Q(first=individual_id) | Q(second=individual_id))

    def visible_to(self, user: User) -> "DuplicatePairQuerySet":
        """Pairs both of whom exist and are within the user's reach."""
        people = Individual.objects.visible_to(user)
        if reach_of(user).sees_all:
            return self.filter(*(Exists(_alive(half)) for half in ("first_id", "second_id")))
        return self.filter(
            *(Exists(people.filter(pk=OuterRef(half))) for half in ("first_id", "second_id"))
        )


def _alive(half: str) -> models.QuerySet[Individual]:
    return Individual.objects.filter(pk=OuterRef(half))


class DuplicatePair(models.Model):
    """Two individuals who look alike, the lower key first, and what somebody decided about them.

    Rows outlive their individuals: an undo that brings somebody back finds the decision again. So
    no foreign key is checked, and reads ask whether both still exist.
    """

    is_bookkeeping = True

    class State(models.TextChoices):
        OPEN = "open", _("To review")
        NOT_DUPLICATE = "not_duplicate", _("Not a duplicate")
        MERGED = "merged", _("Merged")

    class Door(models.TextChoices):
        SCREEN = "screen", _("Screen")
        ADMIN = "admin", _("Administration")
        CONVERT = "convert", _("Conversion of a Sales Record")
        SYNC = "sync", "PlanCompare"
        API = "api", "API"
        IMPORT = "import", _("Import")
        MERGE = "merge", _("Merge")
        SWEEP = "sweep", _("Nightly search")

    first = models.ForeignKey(
        Individual,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    second = models.ForeignKey(
        Individual, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    score = models.PositiveSmallIntegerField(help_text="0 to 100; 100 is certain.")
    reasons = models.JSONField(default=list, help_text="In words, without personal data.")
    state = models.CharField(max_length=13, choices=State.choices, default=State.OPEN)
    door = models.CharField(max_length=8, choices=Door.choices)
    found_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="two_individuals_are_one_pair"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="pair_has_the_lower_key_first"
            ),
            models.CheckConstraint(
                condition=Q(state="open") ^ Q(decided_at__isnull=False),
                name="pair_is_open_or_decided",
            ),
        ]
        indexes = [
            models.Index(
                F("score").desc(), F("id").desc(), name="pair_open", condition=Q(state="open")
            ),
            models.Index(
                "decided_by",
                "decided_at",
                name="pair_decided",
                condition=Q(decided_at__isnull=False),
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"duplicate pair {self.pk}"

    @property
    def is_certain(self) -> bool:
        """Whether nothing speaks against one person and an identifier speaks for it."""
        return self.score == CERTAIN
