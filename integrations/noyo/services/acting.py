"""One act of a person in a mapping: a batch, with the mapping locked and open."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.services import undo
from integrations.noyo.models import Mapping

OPEN_FIRST = gettext_noop("This is marked as mapped. Open it again before you change it.")


class NotOpenError(DomainError):
    """The mapping is marked as mapped: it is opened again before anything in it changes."""

    code = "mapping_not_open"


class NotInMappingError(DomainError):
    """A plan, a unit, an option or a rule of something else."""

    code = "not_in_mapping"


def undo_act(*, mapping: Mapping, batch: Batch, user: User, at: datetime) -> None:
    """Take back an act of a mapping that is open, or that the act marked as mapped.

    Raises:
        NotOpenError: the mapping is marked as mapped, and was not by this act.
        DomainError: see ``undo_batch``.
    """
    of_mapping = batch.changes.filter(table_name=Mapping._meta.db_table, record_id=mapping.pk)
    with transaction.atomic():
        row = Mapping.objects.select_for_update(no_key=True).get(pk=mapping.pk)
        if row.status == Mapping.Status.READY and not of_mapping.exists():
            raise NotOpenError(gettext(OPEN_FIRST))
        undo.undo_batch(batch_id=batch.pk, user=user, at=at)


@contextmanager
def act(mapping: Mapping, summary: str, *, user: User) -> Iterator[Batch]:
    """Open a batch, with the mapping locked until its end.

    Raises:
        NotOpenError: the mapping is marked as mapped.
    """
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary) as batch:
        status = (
            Mapping.objects.select_for_update(no_key=True)
            .values_list("status", flat=True)
            .get(pk=mapping.pk)
        )
        if status == Mapping.Status.READY:
            raise NotOpenError(gettext(OPEN_FIRST))
        yield batch
