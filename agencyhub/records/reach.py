"""Whether a user may see everything that a batch touched."""

from django.db import models

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import narrow, reach_of
from agencyhub.records import tables
from agencyhub.records.models import Batch
from agencyhub.records.wording import INDIVIDUAL_TABLE


def is_within_reach(batch: Batch, *, user: User) -> bool:
    """Whether ``user`` sees each scoped record of the batch, and each individual it concerns.

    A record that no longer exists is nobody's: only the batch's own author may see such a batch,
    besides those who see everything.
    """
    if reach_of(user).sees_all:
        return True
    touched = set(batch.changes.values_list("table_name", "record_id"))
    concerned = batch.changes.filter(individual_id__isnull=False)
    individual_ids = concerned.values_list("individual_id", flat=True)
    touched |= {(INDIVIDUAL_TABLE, pk) for pk in individual_ids if pk is not None}
    wanted: dict[type[models.Model], set[int]] = {}
    for table, pk in touched:
        known = tables.table_of(table)
        if known and hasattr(known.model, "scope"):
            wanted.setdefault(known.model, set()).add(pk)
    if not wanted:
        return batch.user_id == user.pk
    is_own = batch.user_id == user.pk
    return all(_sees(model, pks, user=user, may_be_gone=is_own) for model, pks in wanted.items())


def _sees(model: type[models.Model], pks: set[int], *, user: User, may_be_gone: bool) -> bool:
    rows = model._default_manager.filter(pk__in=pks)
    if may_be_gone:
        pks = set(rows.values_list("pk", flat=True))
    return narrow(rows, user=user).count() == len(pks)
