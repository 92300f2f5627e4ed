"""What of the history a user may see: by the right to a kind of record, and by scope."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import models

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import narrow, reach_of
from agencyhub.records import tables
from agencyhub.records.models import Batch, Change, InsertedRange
from agencyhub.records.wording import INDIVIDUAL_TABLE


def is_within_reach(batch: Batch, *, user: User) -> bool:
    """Whether ``user`` may view each kind of record in the batch, and sees every one of them.

    A record that no longer exists is nobody's: only the batch's own author may see such a batch,
    besides those who see everything.
    """
    kinds = _kinds(batch)
    if not all(_may_view(model, user=user) for model in kinds):
        return False
    if reach_of(user).sees_all:
        return True
    is_own = batch.user_id == user.pk
    if not kinds:
        return is_own
    if not all(_sees_range(one, user=user, may_be_gone=is_own) for one in batch.ranges.all()):
        return False
    touched = set(batch.changes.values_list("table_name", "record_id"))
    concerned = batch.changes.filter(individual_id__isnull=False)
    individual_ids = concerned.values_list("individual_id", flat=True)
    touched |= {(INDIVIDUAL_TABLE, pk) for pk in individual_ids if pk is not None}
    wanted: dict[type[models.Model], set[int]] = {}
    for table, pk in touched:
        known = tables.table_of(table)
        if known and hasattr(known.model, "scope"):
            wanted.setdefault(known.model, set()).add(pk)
    return all(_sees(model, pks, user=user, may_be_gone=is_own) for model, pks in wanted.items())


def readable(
    changes: Iterable[Change], *, user: User, own: Collection[tuple[str, int]]
) -> list[Change]:
    """Keep what an individual's timeline may tell ``user`` about other records of that individual.

    ``own`` are the tables and keys of the record whose page it is, and of those that became part of
    it: these were checked before.
    """
    found = list(changes)
    others: dict[str, set[int]] = defaultdict(set)
    for change in found:
        if (change.table_name, change.record_id) not in own:
            others[change.table_name].add(change.record_id)
    seen = {table: _seen(table, pks, user=user) for table, pks in others.items()}
    return [
        change
        for change in found
        if (change.table_name, change.record_id) in own
        or change.record_id in seen[change.table_name]
    ]


def _seen(table: str, pks: set[int], *, user: User) -> set[int]:
    """The rows that ``user`` sees; what has no scope, or a parent's, goes with the individual."""
    known = tables.table_of(table)
    if known is None or not hasattr(known.model, "scope"):
        return pks
    if not _may_view(known.model, user=user):
        return set()
    if known.model.scope.parent or reach_of(user).sees_all:
        return pks
    rows = narrow(known.model._default_manager.filter(pk__in=pks), user=user)
    return set(rows.values_list("pk", flat=True))


def _kinds(batch: Batch) -> set[type[models.Model]]:
    """The kinds of scoped records that a batch touched; rows of an individual count as that."""
    names = set(batch.changes.order_by().values_list("table_name", flat=True).distinct())
    names |= set(batch.ranges.values_list("table_name", flat=True))
    kinds: set[type[models.Model]] = set()
    for name in names:
        known = tables.table_of(name)
        if known and not hasattr(known.model, "scope") and known.individual:
            known = tables.table_of(INDIVIDUAL_TABLE)
        if known and hasattr(known.model, "scope"):
            kinds.add(known.model)
    return kinds


def _may_view(model: type[models.Model], *, user: User) -> bool:
    return user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


def _sees_range(added: InsertedRange, *, user: User, may_be_gone: bool) -> bool:
    """Whether ``user`` sees each row of a range, or the individual whom it belongs to."""
    known = tables.table_of(added.table_name)
    if known is None:
        return True
    rows = known.model._default_manager.filter(pk__range=(added.first_id, added.last_id))
    left = rows.count()
    if left <= added.last_id - added.first_id and not may_be_gone:
        return False
    if hasattr(known.model, "scope"):
        return narrow(rows, user=user).count() == left
    individuals = tables.table_of(INDIVIDUAL_TABLE)
    if known.individual is None or individuals is None:
        return True
    concerned = individuals.model._default_manager.filter(pk__in=rows.values(known.individual))
    return narrow(concerned, user=user).count() == concerned.count()


def _sees(model: type[models.Model], pks: set[int], *, user: User, may_be_gone: bool) -> bool:
    rows = model._default_manager.filter(pk__in=pks)
    if may_be_gone:
        pks = set(rows.values_list("pk", flat=True))
    return narrow(rows, user=user).count() == len(pks)
