"""What the search looks people up by: words and numbers of each person, kept by triggers.

A statement that touches many people leaves a line in the backlog instead, and a worker does the
work in sorted order afterwards. Until then the search looks into the backlog's people themselves.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from individuals.models.individuals import Individual
from individuals.models.sales import SalesRecord


class Term(models.Model):
    """Something that a person is found by, as it is compared. All of a person's terms, or none.

    A prefix of it is looked up, so it sorts by bytes whatever the database's language.
    """

    class Kind(models.IntegerChoices):
        NAME = 1, _("First name, then last name")
        ALIAS = 2, _("Nickname, or a later word of a name, then the other name")
        PHONE = 3, _("Phone number")
        LINE = 4, _("Last four digits of a phone number, then all of it")
        EMAIL = 5, _("Email address")
        MBI_TAIL = 6, _("Last four of the MBI")

    pk = models.CompositePrimaryKey("kind", "term", "person")
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    term = models.TextField(db_collation="C")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"term of kind {self.kind}"


class IndividualTerm(Term):
    """What an individual is found by."""

    person = models.ForeignKey(
        Individual,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="terms",
    )


class SalesRecordTerm(Term):
    """What a sales record is found by."""

    person = models.ForeignKey(
        SalesRecord,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="terms",
    )


class Name(models.Model):
    """A first or last name that somebody has: mistyped ones are looked up here, not among people.

    Two transactions that bring the same new name at once may each add it.
    """

    key = models.TextField()
    is_last = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["key", "is_last"], name="name_key"),
            GinIndex(OpClass("key", "gin_trgm_ops"), name="name_trigrams", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"name {self.pk}"


class Backlog(models.Model):
    """A range of people whose terms a worker has yet to add, or to take away."""

    class Work(models.TextChoices):
        INDEX = "index", _("Add terms")
        FORGET = "forget", _("Take away the terms of those who are gone")

    table_name = models.CharField(max_length=63)
    work = models.CharField(max_length=6, choices=Work.choices)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "backlog"

    def __str__(self) -> str:
        return f"search backlog {self.pk}"


TERMS: dict[type[models.Model], type[Term]] = {
    Individual: IndividualTerm,
    SalesRecord: SalesRecordTerm,
}
