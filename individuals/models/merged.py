"""Individuals who were merged away, and what undoing that must keep true."""

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.errors import DomainError
from agencyhub.records import bulk, tables
from agencyhub.records.models import Batch, Change
from agencyhub.records.triggers import history
from individuals.models.individuals import Individual

MOST_LISTED = 20


class MergeNotUndoableError(DomainError):
    """Something that happened since stands in the way."""

    code = "merge_not_undoable"


class MergedIndividualQuerySet(models.QuerySet["MergedIndividual"]):
    def survivor_of(self, pk: int) -> int | None:
        """The individual who stands today for one that was merged away; None for all others."""
        return self.filter(pk=pk).values_list("survivor_id", flat=True).first()

    def keys_of(self, individual_id: int) -> list[int]:
        """The individual's own key, then the keys of everybody merged into them."""
        merged = self.filter(survivor=individual_id).order_by("pk")
        return [individual_id, *merged.values_list("pk", flat=True)]


class MergedIndividual(models.Model):
    """The key of an individual who was merged into another: where links to it lead now.

    Chains are kept flat: when the survivor is merged in turn, the row moves along (ADR 0012).
    """

    is_bookkeeping = True
    redo_refusal = _(
        "This was an unmerge. Merge the two again instead: you will see both as they are."
    )

    id = models.BigIntegerField("former number", primary_key=True)
    survivor = models.ForeignKey(
        Individual, on_delete=models.CASCADE, related_name="merged_individuals"
    )
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, help_text="First and last name at the merge.")
    merged_at = models.DateTimeField()

    objects = MergedIndividualQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        triggers = history()

    def __str__(self) -> str:
        return f"merged individual {self.pk}"

    @classmethod
    def before_undo(cls, batch: Batch) -> None:
        """Let ``records.services.undo`` take a merge back only while nothing was built on it.

        Raises:
            MergeNotUndoableError: the survivor was merged in turn.
        """
        survivors = {former: _survivor_in(batch, former) for former in _merged_by(batch)}
        # As a merge does: first the people, so that an unmerge and a merge wait for each other.
        people = Individual.objects.select_for_update().filter(pk__in=survivors.values())
        list(people.order_by("pk").values_list("pk"))
        for row in cls.objects.select_for_update(of=("self",)).filter(batch=batch).order_by("pk"):
            survivor = survivors[row.pk]
            if row.survivor_id != survivor:
                msg = gettext(
                    "Individual %(survivor)s was merged into Individual %(survivor_id)s "
                    "after this. Unmerge those two first."
                ) % {"survivor": survivor, "survivor_id": row.survivor_id}
                raise MergeNotUndoableError(msg)

    @classmethod
    def after_undo(cls, batch: Batch) -> list[str]:
        """Say what was added to the survivor since the merge and stays there.

        Raises:
            MergeNotUndoableError: the other individual could not come back whole.
        """
        stays: list[str] = []
        for former in _merged_by(batch):
            back = Individual.objects.filter(pk=former).exists()
            if not back or cls.objects.filter(pk=former).exists():
                msg = gettext(
                    "Individual %(former)s cannot come back: what it belonged to, such as an "
                    "agent, was removed since. Undo that first."
                ) % {"former": former}
                raise MergeNotUndoableError(msg)
            stays += _added_since(batch, _survivor_in(batch, former))
        return stays


def _changes_of(pk: int) -> models.QuerySet[Change]:
    return Change.objects.filter(table_name=MergedIndividual._meta.db_table, record_id=pk)


def _merged_by(batch: Batch) -> list[int]:
    """The keys of those whom a batch merged away."""
    rows = batch.changes.filter(
        table_name=MergedIndividual._meta.db_table, action=Change.Action.INSERT
    )
    return list(rows.order_by("pk").values_list("record_id", flat=True))


def _survivor_in(batch: Batch, former: int) -> int:
    """Into whom a batch merged somebody, whatever happened to the two since."""
    row = _changes_of(former).get(batch=batch, action=Change.Action.INSERT)
    return int((row.after or {})["survivor_id"])


def _added_since(batch: Batch, survivor_id: int) -> list[str]:
    last = batch.changes.aggregate(last=Max("pk"))["last"]
    added = Change.objects.filter(
        individual_id=survivor_id, action=Change.Action.INSERT, pk__gt=last
    ).exclude(batch__undo_of=batch)
    rows = list(added.order_by("pk").values_list("table_name", "record_id"))
    table = Individual._meta.db_table
    rows += [
        (change.table_name, change.record_id)
        for change in bulk.additions(table=table, record_id=survivor_id, individual_id=survivor_id)
        if change.changed_at > batch.created_at
    ]
    there = [row for row in dict.fromkeys(rows) if _exists(*row)]
    words = [
        gettext("%(row_name)s was added since: it stays with Individual %(survivor_id)s.")
        % {"row_name": tables.row_name(*row), "survivor_id": survivor_id}
        for row in there[:MOST_LISTED]
    ]
    more = len(there) - len(words)
    return [*words, gettext("So do %(more)s more.") % {"more": f"{more:,}"}] if more else words


def _exists(table: str, pk: int) -> bool:
    known = tables.table_of(table)
    return known is not None and known.model._default_manager.filter(pk=pk).exists()
