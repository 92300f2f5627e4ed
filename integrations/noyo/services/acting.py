"""One act of a person in a mapping: a batch, with the mapping locked and open."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.noyo.models import Mapping


class NotOpenError(DomainError):
    """The mapping is marked as mapped: it is opened again before anything in it changes."""

    code = "mapping_not_open"


class NotInMappingError(DomainError):
    """A plan, a unit, an option or a rule of something else."""

    code = "not_in_mapping"


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
            msg = gettext("This is marked as mapped. Open it again before you change it.")
            raise NotOpenError(msg)
        yield batch
