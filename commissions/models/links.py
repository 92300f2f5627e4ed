"""Which book row and which commission lines belong to an application, and why."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commissions.models.applications import Application
from commissions.models.book import BookRow
from commissions.models.statements import CommissionLine


class Pair(models.Model):
    """Two rows that Refresh compared: how, how well they fit, and why.

    ``reasons`` are codes of ``matching.reasons``: a million links cannot each carry sentences.
    Pairs follow from other records. Triggers of those remove them, so no key is checked again.
    """

    class Method(models.IntegerChoices):
        PERSON = 1, _("Decided by a person")
        ALIAS = 2, _("By a number that a person decided about")
        KEY = 3, _("By a number")
        SCORE = 4, _("By everything that is known")

    method = models.PositiveSmallIntegerField(choices=Method.choices)
    score = models.FloatField(help_text="0 to 1.")
    reasons = ArrayField(models.SmallIntegerField())

    class Meta:
        abstract = True


class Link(Pair):
    """That two rows belong together, or may; written by Refresh, or decided by a person."""

    class State(models.IntegerChoices):
        LINKED = 1, _("Linked")
        SUGGESTED = 2, _("Suggested")

    state = models.PositiveSmallIntegerField(choices=State.choices)

    class Meta:
        abstract = True


class BookLink(Link):
    """An application and its row in the carrier's book."""

    application = models.ForeignKey(
        Application, on_delete=models.DO_NOTHING, related_name="book_links",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    book_row = models.ForeignKey(
        BookRow, on_delete=models.DO_NOTHING, related_name="links",
        db_index=False, db_constraint=False,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "application", "book_row", name="application_and_book_row_are_linked_once"
            ),
            models.UniqueConstraint(
                "book_row", condition=Q(state=1), name="book_row_has_one_application"
            ),
            models.UniqueConstraint(
                "application", condition=Q(state=1), name="application_has_one_book_row"
            ),
        ]
        indexes = [
            models.Index("book_row", condition=~Q(state=1), name="suggested_book_row"),
        ]

    def __str__(self) -> str:
        return f"book link {self.pk}"


class LineLink(Link):
    """An application and a line that was paid for it."""

    application = models.ForeignKey(
        Application, on_delete=models.DO_NOTHING, related_name="line_links",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    line = models.ForeignKey(
        CommissionLine, on_delete=models.DO_NOTHING, related_name="links",
        db_index=False, db_constraint=False,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "application", "line", name="application_and_line_are_linked_once"
            ),
            models.UniqueConstraint("line", condition=Q(state=1), name="line_has_one_application"),
        ]
        indexes = [models.Index("line", condition=~Q(state=1), name="suggested_line")]

    def __str__(self) -> str:
        return f"line link {self.pk}"


class BookRival(Pair):
    """A pair of which one side, or both, found something that fits better.

    When something changes nearby, Refresh decides anew from what it kept, without comparing again.
    """

    pk = models.CompositePrimaryKey("application", "book_row")
    application = models.ForeignKey(
        Application, on_delete=models.DO_NOTHING, related_name="+",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    book_row = models.ForeignKey(
        BookRow, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )

    def __str__(self) -> str:
        return f"rivals {self.pk}"


class LineRival(Pair):
    """A line, and whom it fits less well than another, or instead of any application.

    ``party`` is an application, or, below zero, a book row that belongs to none: what was paid for
    a policy without an application must not be taken for a namesake's.
    """

    pk = models.CompositePrimaryKey("party", "line")
    party = models.BigIntegerField()
    line = models.ForeignKey(
        CommissionLine, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )

    def __str__(self) -> str:
        return f"rivals {self.pk}"
