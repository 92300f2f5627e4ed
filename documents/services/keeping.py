"""What is done to documents: added, removed, put back. Each runs inside ``history.batch``."""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from agencyhub.lib.errors import DomainError
from agencyhub.lib.identifiers import ensure_no_identifier
from agencyhub.lib.text import tidy
from agencyhub.lib.vault import SEGMENT, new_name
from agencyhub.records import history
from agencyhub.records.models import Batch
from documents import owners, terms
from documents.models import Document
from documents.owners import Record
from documents.services import rows
from documents.services.examining import Examined
from documents.vault import VAULT

ADDED = gettext_noop("Added a document: %(what)s")
REMOVED = gettext_noop("Removed a document: %(what)s")
PUT_BACK = gettext_noop("Put back a document: %(what)s")


class SignedLaterError(DomainError):
    """Signed on a day that has not come."""

    code = "signed_later"


class HereAlreadyError(DomainError):
    """The record has the same file by now."""

    code = "document_here_already"


@dataclass(frozen=True)
class Facts:
    """What is said of the files of one upload."""

    kind: str
    signed_date: date | None = None
    note: str = ""


@dataclass
class Added:
    """What became of an upload: new documents, and those that were here already."""

    new: list[Document] = field(default_factory=list)
    known: list[Document] = field(default_factory=list)


def add(
    *,
    record: Record,
    files: Sequence[Examined],
    facts: Facts,
    batch: Batch,
    at: datetime,
) -> Added:
    """Keep files with a record, all of them or none; who brings them is the batch's user.

    A file that the record has already, byte by byte, is not kept twice. Two uploads at once wait
    for each other.

    Raises:
        SignedLaterError, HoldsIdentifierError: names the field.
    """
    _check(facts, today=timezone.localdate(at))
    owner = owners.of_record(record)
    done = Added()
    with _clean_after_failure() as written:
        rows.lock(owner, record.pk)
        for one in files:
            known = _same(owner, record.pk, one.sha256)
            if known is not None:
                done.known.append(known)
                continue
            stored_as = new_name()
            written.append(stored_as)
            VAULT.write(stored_as, one.content.chunks(SEGMENT))
            done.new.append(_created(owner, record, one, facts, stored_as, batch=batch, at=at))
        history.write(*(rows.line(ADDED, one, record, batch=batch) for one in done.new))
    return done


@contextmanager
def _clean_after_failure() -> Any:
    """Delete what was written when the transaction fails; a killed process leaves it to a sweep."""
    written: list[str] = []
    try:
        with transaction.atomic():
            yield written
    except BaseException:
        for name in written:
            VAULT.delete(name)
        raise


def remove(*, document_id: int, batch: Batch, at: datetime) -> Document:
    """Take a document out of sight; it can be put back until its bytes are deleted.

    Removing it twice changes nothing.

    Raises:
        StillKeptError: the law wants it kept for longer.
    """
    document = rows.locked(document_id)
    if document.removed_at is None:
        document.ensure_removable()
        document.removed_at, document.removed_by = at, batch.user
        document.save(update_fields=["removed_at", "removed_by"])
        history.write(rows.line(REMOVED, document, rows.record_of(document), batch=batch))
    return document


def put_back(*, document_id: int, batch: Batch) -> Document:
    """Let a removed document be there again; doing so twice changes nothing.

    Raises:
        HereAlreadyError: the same file was uploaded since.
    """
    found = Document.objects.get(pk=document_id)
    rows.lock(owners.of(found), owners.record_pk(found))
    document = rows.locked(document_id)
    if document.removed_at is None:
        return document
    owner = owners.of(document)
    if _same(owner, owners.record_pk(document), bytes(document.sha256)) is not None:
        msg = gettext("%(name)s was uploaded again since, so it is there already.") % {
            "name": document.name
        }
        raise HereAlreadyError(msg)
    document.removed_at, document.removed_by = None, None
    document.save(update_fields=["removed_at", "removed_by"])
    history.write(rows.line(PUT_BACK, document, rows.record_of(document), batch=batch))
    return document


def _check(facts: Facts, *, today: date) -> None:
    if facts.signed_date is not None and facts.signed_date > today:
        msg = gettext("Nobody has signed it on a day to come. Choose today or an earlier day.")
        raise SignedLaterError(msg, field="signed_date")
    ensure_no_identifier(facts.note, field="note")


def _created(
    owner: owners.Owner,
    record: Record,
    one: Examined,
    facts: Facts,
    stored_as: str,
    *,
    batch: Batch,
    at: datetime,
) -> Document:
    values: dict[str, Any] = {owner.field: record}
    return Document.objects.create(
        kind=facts.kind,
        name=one.name,
        size=one.size,
        media_type=one.format.media_type,
        sha256=one.sha256,
        key=bytes.fromhex(stored_as),
        signed_date=facts.signed_date,
        kept_until=_kept_until(facts, at=at),
        note=tidy(facts.note),
        user=batch.user,
        **values,
    )


def _kept_until(facts: Facts, *, at: datetime) -> datetime | None:
    """The moment before which a Scope of Appointment stays, where the agency is; else None."""
    if facts.kind != Document.Kind.SCOPE:
        return None
    agencys = timezone.get_default_timezone()
    day = terms.kept_until(facts.signed_date or timezone.localdate(at, agencys))
    return timezone.make_aware(datetime.combine(day, time.min), agencys)


def _same(owner: owners.Owner, record_pk: int, sha256: bytes) -> Document | None:
    same = Document.objects.kept().filter(**{owner.field: record_pk}, sha256=sha256)
    return same.order_by("pk").first()
