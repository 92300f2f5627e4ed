"""Handing out the bytes of a document, and noting who got them."""

from collections.abc import Iterator
from itertools import chain

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, override

from agencyhub.accounts.models import ApiKey, User
from agencyhub.lib.errors import DomainError
from documents import owners
from documents.models import Document
from documents.vault import VAULT
from individuals.services import looks


class LostFileError(DomainError):
    """The vault does not have the bytes."""

    code = "document_lost"


def answer(
    document: Document, *, user: User | None, api_key: ApiKey | None = None
) -> StreamingHttpResponse:
    """The document as an attachment that nobody on the way keeps; each time is on record.

    Raises:
        LostFileError: its bytes are gone, as after a restore without the files.
        UnreadableSecretError: they were altered, or sealed with a key that is not configured.
    """
    pieces = _opened(document)
    owner = owners.of(document)
    with override(None):  # what is kept is English
        what = str(document.get_kind_display())
    looks.record_opening(
        user=user,
        individual_id=owner.individual_of(getattr(document, owner.field)),
        document_id=document.pk,
        what=what,
        api_key=api_key,
    )
    response = StreamingHttpResponse(pieces, content_type=document.media_type)
    response["Content-Disposition"] = content_disposition_header(True, document.name)
    response["Content-Length"] = str(document.size)
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _opened(document: Document) -> Iterator[bytes]:
    """Its bytes; the first of them are read now, while a refusal can still be told."""
    pieces = VAULT.read(document.stored_as)
    try:
        first = next(pieces)
    except FileNotFoundError as error:
        msg = gettext(
            "The file of this document is not on the server any more. Whoever runs AgencyHub can "
            "bring it back from a backup."
        )
        raise LostFileError(msg) from error
    return chain([first], pieces)
