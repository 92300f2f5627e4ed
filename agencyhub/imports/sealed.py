"""What imports keep sealed besides the fields of records: files, rejected rows, repairs."""

from django.db import transaction

from agencyhub.imports import vault
from agencyhub.imports.engine import reasons, rejected, repaired
from agencyhub.imports.models import Import, RejectedRows, Repair
from agencyhub.lib.crypto import key_ring
from agencyhub.records.services import keys

COLUMNS = (
    (Import, "reasons", reasons.PURPOSE),
    (RejectedRows, "data", rejected.PURPOSE),
    (Repair, "cells", repaired.PURPOSE),
)


def reseal() -> int:
    """Seal everything with the newest key; answer how many files and rows had another one."""
    return sum(map(vault.reseal, vault.names())) + sum(_reseal(*one) for one in COLUMNS)


def _reseal(model: type[Import | RejectedRows | Repair], column: str, purpose: str) -> int:
    """One row at a time, each in a transaction of its own: a page of rejected rows is large."""
    ring = key_ring()
    changed = 0
    filled = model._default_manager.exclude(**{column: None}).order_by("pk")
    for pk in list(filled.values_list("pk", flat=True)):
        with transaction.atomic():
            rows = model._default_manager.select_for_update().filter(pk=pk)
            sealed = rows.values_list(column, flat=True).first()
            if sealed is not None and not ring.is_current(bytes(sealed)):
                text = ring.open(bytes(sealed), purpose=purpose)
                changed += rows.update(**{column: ring.seal(text, purpose=purpose)})
    return changed


keys.register(reseal)
