"""Documents as tests need them: whole files in the vault, nothing in them of anybody."""

from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch
from documents.models import Document
from documents.owners import Record
from documents.services import examining, keeping
from documents.services.keeping import Added, Facts

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def sent(content: bytes = PDF, name: str = "letter.pdf") -> SimpleUploadedFile:
    """A file on its way in."""
    return SimpleUploadedFile(name, content)


def add(record: Record, *files: Any, user: User | None = None, at: Any = AT, **facts: Any) -> Added:
    """Add files, a letter if none is named, as a person does."""
    examined = [examining.examine(one, user=user) for one in files or [sent()]]
    wanted = Facts(**{"kind": Document.Kind.LETTER, **facts})
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary="Added documents") as batch:
        return keeping.add(record=record, files=examined, facts=wanted, batch=batch, at=at)


def document_of(record: Record, *files: Any, **given: Any) -> Document:
    """One new document of a record."""
    (made,) = add(record, *files, **given).new
    return made
