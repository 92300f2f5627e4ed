"""A document that was kept with the wrong client goes to the right one."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.identifiers import ensure_no_identifier
from agencyhub.lib.text import tidy
from agencyhub.records import history
from agencyhub.records.models import Batch
from documents import owners
from documents.models import Document
from documents.owners import Owner, Place
from documents.services import rows

AWAY = gettext_noop("Moved a document away: %(what)s")
HERE = gettext_noop("Moved a document here: %(what)s")
# By number: whoever reads it may not know the other client.
TO = {
    owners.INDIVIDUAL: gettext_noop("To Individual %(number)s"),
    owners.POLICY: gettext_noop("To policy %(number)s"),
}
FROM = {
    owners.INDIVIDUAL: gettext_noop("From Individual %(number)s"),
    owners.POLICY: gettext_noop("From policy %(number)s"),
}


class NoReasonError(DomainError):
    """Whoever reads the history later has to know why."""

    code = "no_reason"


class NowhereToMoveError(DomainError):
    """The record is out of reach, was merged into another, or may not be changed."""

    code = "nowhere_to_move"


class MovedMeanwhileError(DomainError):
    """It belongs to another record than the page showed."""

    code = "document_moved_meanwhile"


class MovedRemovedError(DomainError):
    """The document was removed."""

    code = "document_removed"


def move(
    *, document_id: int, seen: Place, to: Place, reason: str, user: User, batch: Batch
) -> Document:
    """Let a document belong to another record; runs inside ``history.batch``.

    The file, the ten years of a Scope of Appointment and who opened it stay with the document.
    ``seen`` is the record it belonged to for whoever asks, who may change that one as ``document``
    was found for them; ``user`` is whose reach and rights count for ``to``. Moving it there twice
    changes nothing. Where ``to`` has the same file already it has it twice then: the law keeps
    either.

    Raises:
        NoReasonError, HoldsIdentifierError: names the field ``reason``.
        NowhereToMoveError: names the field ``to``.
        MovedMeanwhileError, MovedRemovedError: look again.
    """
    words = tidy(reason)
    if not words:
        raise NoReasonError(gettext("Say why: the history of both keeps it."), field="reason")
    ensure_no_identifier(words, field="reason")
    _hold(seen, to, user=user)
    document = rows.locked(document_id)
    now = owners.place_of(document)
    if now == to:
        return document
    if now != seen:
        msg = gettext("This document was moved, or its client merged, meanwhile. Look again.")
        raise MovedMeanwhileError(msg)
    if document.removed_at is not None:
        msg = gettext("%(name)s was removed. Put it back before you move it.")
        raise MovedRemovedError(msg % {"name": document.name})
    before = rows.record_of(document)
    _change(document, to)
    after = rows.record_of(document)
    history.write(
        rows.line(AWAY, document, before, batch=batch, reasons=(words, _told(TO, to))),
        rows.line(HERE, document, after, batch=batch, reasons=(words, _told(FROM, seen))),
    )
    return document


def _hold(seen: Place, to: Place, *, user: User) -> None:
    """Hold both records, always in the same order, so that two moves do not wait for each other."""
    owner, pk = to
    may = user.has_perms((owner.view, owner.change))
    if not may or not owner.rows(user).filter(pk=pk).exists():
        raise _nowhere()
    for one, key in sorted({seen, to}, key=lambda place: (place[0].field, place[1])):
        try:
            rows.lock(one, key)
        except one.model.DoesNotExist as error:
            if (one, key) == to:
                raise _nowhere() from error
            # ``seen`` was merged away: where the document is now, its row says.


def _nowhere() -> NowhereToMoveError:
    msg = gettext(
        "This record was merged into another, is out of your sight, or you may not edit it. Search"
        " for the client again; for clients of others, ask an administrator."
    )
    return NowhereToMoveError(msg, field="to")


def _change(document: Document, to: Place) -> None:
    owner, pk = to
    for one in owners.OWNERS:
        setattr(document, f"{one.field}_id", pk if one == owner else None)
    document.save(update_fields=[one.field for one in owners.OWNERS])


def _told(texts: Mapping[Owner, str], place: Place) -> str:
    owner, pk = place
    return texts[owner] % {"number": pk}
