"""What every change of documents does to rows: holding them, and telling the history."""

from django.utils import translation

from agencyhub.records import history
from agencyhub.records.models import Batch, Entry
from documents import owners
from documents.models import Document
from documents.owners import Record


def lock(owner: owners.Owner, pk: int) -> None:
    """One act at a time on the documents of a record.

    Raises:
        DoesNotExist: there is no such record, as after a merge.
    """
    rows = owner.model._default_manager.select_for_update(of=("self",), no_key=True)
    rows.only("pk").get(pk=pk)


def locked(document_id: int) -> Document:
    """A document that nobody else changes before the transaction ends."""
    return Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document_id)


def record_of(document: Document) -> Record:
    """The record that a document belongs to."""
    record: Record = getattr(document, owners.of(document).field)
    return record


def line(
    text: str, document: Document, record: Record, *, batch: Batch, reasons: tuple[str, ...] = ()
) -> Entry:
    """A line for the timelines of a record and of its individual, in English as all are.

    ``text`` has a place for ``what``, the kind of document.
    """
    with translation.override(None):
        what = str(document.get_kind_display())
    return history.entry(
        batch=batch,
        record=record,
        individual_id=owners.of_record(record).individual_of(record),
        text=text % {"what": what},
        reasons=reasons,
    )
