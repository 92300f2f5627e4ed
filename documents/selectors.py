"""Which documents somebody sees: those of the records they see."""

from typing import Any

from agencyhub.lib.pks import read_pk
from agencyhub.records.models import Batch
from documents import owners
from documents.models import Document
from documents.owners import Owner, Record


def record_for(owner: Owner, *, user: Any, pk: int) -> Record | None:
    """A record, with what the head of a page says of it; None where ``user`` does not see it."""
    rows = owner.rows(user)
    related = {"policy": ("carrier", "subscriber", "coverage_type")}.get(owner.field, ())
    found: Record | None = rows.select_related(*related).filter(pk=pk).first()
    return found


def document_for(*, user: Any, pk: int, right: str = "view") -> Document | None:
    """A document of a record that ``user`` sees and has the ``right`` to ("view", "change").

    A removed one is there only for who may put it back.
    """
    found = Document.objects.filter(pk=pk).select_related("individual", "policy").first()
    if found is None:
        return None
    owner = owners.of(found)
    wanted = getattr(owner, "change" if found.removed_at else right)
    if not user.has_perm(owner.view) or not user.has_perm(wanted):
        return None
    is_seen = owner.rows(user).filter(pk=owners.record_pk(found)).exists()
    return found if is_seen else None


def move_of(user: Any, text: str) -> Batch | None:
    """The act, named by its number, by which ``user`` moved a document; None once it is undone."""
    found = Batch.objects.filter(
        pk=read_pk(text) or 0,
        user=user,
        undone_at=None,
        undo_of=None,
        changes__table_name=Document._meta.db_table,
    )
    return found.first() if text else None
