"""One at a time changes who of a group is whom, and what differs."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from integrations.noyo.models import NoyoGroup


@contextmanager
def held(noyo_group_id: int) -> Iterator[None]:
    """A transaction in which the group is held; others may read it."""
    with transaction.atomic():
        NoyoGroup.objects.select_for_update(no_key=True).get(pk=noyo_group_id)
        yield
