"""Files as they arrive: read once, scanned, and known for what they are; nothing is kept yet."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib import scanning
from agencyhub.lib.errors import DomainError
from agencyhub.lib.identifiers import holds_identifier
from agencyhub.lib.uploads import MEGABYTE
from agencyhub.lib.vault import SEGMENT
from documents import formats
from documents.formats import Format

FILE = "file"


class RefusedFileError(DomainError):
    """The file is not one that is kept as a document."""

    code = "file_refused"


@dataclass(frozen=True)
class Examined:
    """A file that may be kept; ``name`` is as it will be shown."""

    content: UploadedFile[Any]
    name: str
    format: Format
    size: int
    sha256: bytes


def examine(content: UploadedFile[Any], *, user: User | None) -> Examined:
    """Tell what a file is by what is in it, while the virus scanner reads along.

    Outside of a transaction, as ``lib.scanning`` wants. A name that seems to hold an MBI or a
    Social Security number is not kept.

    Raises:
        RefusedFileError: empty, too large, of no kind that is kept, or with macros.
        InfectedFileError, ScannerSilentError, UnscannableFileError: see ``lib.scanning``.
    """
    name = str(content.name)
    _ensure_size(content, name)
    digest = hashlib.sha256()
    pieces = content.chunks(SEGMENT)
    for piece in scanning.passed(pieces, name=name, user_id=user.pk if user else None):
        digest.update(piece)
    found = _format_of(content, name)
    shown = formats.shown_name(name, found)
    if holds_identifier(shown):
        shown = formats.shown_name("", found)
    return Examined(content, shown, found, int(content.size or 0), digest.digest())


def _ensure_size(content: UploadedFile[Any], name: str) -> None:
    if not content.size:
        msg = gettext("%(name)s is empty. Choose the file that was meant.") % {"name": name}
        raise RefusedFileError(msg, field=FILE)
    most = settings.DOCUMENT_MAX_MEGABYTES
    if content.size > most * MEGABYTE:
        msg = gettext(
            "%(name)s is larger than %(most)s MB. Scan it with fewer dots per inch, or in parts."
        ) % {"name": name, "most": most}
        raise RefusedFileError(msg, field=FILE)


def _format_of(content: UploadedFile[Any], name: str) -> Format:
    try:
        found = formats.format_of(content)
    except formats.MacrosError as error:
        msg = gettext("%(name)s holds macros. Save it without them, or as a PDF.") % {"name": name}
        raise RefusedFileError(msg, field=FILE) from error
    if found is None:
        msg = gettext(
            "%(name)s is none of the kinds of files that are kept: PDF, PNG, JPEG, TIFF, Word "
            "(.docx), Excel (.xlsx), text. Save it as a PDF, or a picture as JPEG."
        ) % {"name": name}
        raise RefusedFileError(msg, field=FILE)
    return found
