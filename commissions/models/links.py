"""Which book row and which commission lines belong to an application, and why."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commissions.models.applications import Application
from commissions.models.book import BookRow
from commissions.models.statements import CommissionLine


class Link(models.Model):
    """That two rows belong together, or may; written by Refresh, or decided by a person.

    ``reasons`` are codes of ``matching.reasons``: a million links cannot each carry sentences.
    """

    class State(models.IntegerChoices):
        LINKED = 1, "Linked"
        SUGGESTED = 2, "Suggested"

    class Method(models.IntegerChoices):
        PERSON = 1, "Decided by a person"
        ALIAS = 2, "By a number that a person decided about"
        KEY = 3, "By a number"
        SCORE = 4, "By everything that is known"

    state = models.PositiveSmallIntegerField(choices=State.choices)
    method = models.PositiveSmallIntegerField(choices=Method.choices)
    score = models.FloatField(help_text="0 to 1.")
    reasons = ArrayField(models.SmallIntegerField())

    class Meta:
        abstract = True


class BookLink(Link):
    """An application and its row in the carrier's book."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="book_links", db_index=False
    )
    book_row = models.ForeignKey(
        BookRow, on_delete=models.CASCADE, related_name="links", db_index=False
    )

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

    def __str__(self) -> str:
        return f"book link {self.pk}"


class LineLink(Link):
    """An application and a line that was paid for it."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="line_links", db_index=False
    )
    line = models.ForeignKey(
        CommissionLine, on_delete=models.CASCADE, related_name="links", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "application", "line", name="application_and_line_are_linked_once"
            ),
            models.UniqueConstraint("line", condition=Q(state=1), name="line_has_one_application"),
        ]

    def __str__(self) -> str:
        return f"line link {self.pk}"
