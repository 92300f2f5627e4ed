"""Opt-outs under a new index key: found again through the addresses that records still hold."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction

from agencyhub.lib.crypto import blind_index
from agencyhub.mailing.addresses import PURPOSE, index_of
from agencyhub.mailing.models import OptOut
from agencyhub.records.services import keys


def reindex() -> int:
    """Give opt-outs the index of the current key; answer how many had that of the key before.

    Their addresses are not kept, so each address of any record is tried under
    ``BLIND_INDEX_OLD_KEY``. May run twice.
    """
    old = settings.BLIND_INDEX_OLD_KEY
    if not old:
        return 0
    left = {bytes(index) for index in OptOut.objects.values_list("to_index", flat=True)}
    moved = 0
    for address in _addresses():
        before = blind_index(address, purpose=PURPOSE, key=old)
        if before in left:
            left.discard(before)
            moved += sum(_move(pk, address) for pk in _of(before))
    return moved


def _of(index: bytes) -> list[int]:
    return list(OptOut.objects.filter(to_index=index).values_list("pk", flat=True))


def _move(pk: int, address: str) -> int:
    """Move one; where the same wish was made again since, the old one may stay behind."""
    try:
        with transaction.atomic():
            return OptOut.objects.filter(pk=pk).update(to_index=index_of(address))
    except IntegrityError:
        return 0


def _addresses() -> Iterator[str]:
    """Every address that some record holds, as ``index_of`` writes it."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.EmailField):
                told = model._default_manager.exclude(**{field.attname: ""})
                for address in told.values_list(field.attname, flat=True).iterator():
                    if address:
                        yield address.strip().lower()


keys.register(reindex)
