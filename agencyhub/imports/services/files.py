"""Files that arrive: kept sealed, recognised when they come again, and queued to be checked."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.imports import kinds, queue, vault
from agencyhub.imports.models import File, Import
from agencyhub.imports.services import known_layouts
from agencyhub.lib import scanning
from agencyhub.lib.errors import DomainError

PIECE = vault.SEGMENT
# An import in one of these says nothing about what its file did to the records.
WITHOUT_EFFECT = (
    Import.State.UNDONE,
    Import.State.DISCARDED,
    Import.State.DUPLICATE,
    Import.State.ATTENTION,
)


class ImportNotAllowedError(DomainError):
    """The user may not run imports of this kind."""

    code = "import_not_allowed"


class EmptyFileError(DomainError):
    """The file has no bytes."""

    code = "empty_file"


@dataclass(frozen=True)
class Examined:
    """A file that was read once: scanned, and known by its digest."""

    content: UploadedFile[Any] | Path
    sha256: bytes
    size: int


def receive(
    *,
    content: UploadedFile[Any] | Path | Examined,
    name: str,
    kind: str,
    user: User | None,
    mode: str = Import.Mode.CREATE_AND_UPDATE,
    options: dict[str, Any] | None = None,
    is_queued: bool = True,
) -> Import:
    """Keep a file and queue its check; a file that was read before becomes a DUPLICATE.

    ``user`` is None for schedules and commands: they see everything. Without ``is_queued`` the
    caller checks the file. Whoever is in a transaction examines the file before it begins.

    Raises:
        ImportNotAllowedError: no right to import this kind.
        EmptyFileError, InfectedFileError, ScannerSilentError, UnscannableFileError: as ``examine``.
    """
    check_allowed(kind, user=user)
    known_layouts.install(kinds.of(kind))
    if not isinstance(content, Examined):
        content = examine(content=content, name=name, user=user)
    file = _keep(content, name=name)
    with transaction.atomic():
        first = first_reading(file, kind, options or {})
        run = Import.objects.create(
            kind=kind,
            file=file,
            file_name=name[:255],
            mode=mode,
            options=options or {},
            user=user,
            state=Import.State.DUPLICATE if first else Import.State.RECEIVED,
            duplicate_of=first,
        )
        if first is None and is_queued:
            transaction.on_commit(partial(queue.stage, run.pk))
    return run


def check_allowed(kind: str, *, user: User | None) -> None:
    """Refuse a user who may not import ``kind``.

    Raises:
        ImportNotAllowedError: says whom to ask.
    """
    wanted = kinds.of(kind)
    if user is None:
        return
    lacking = [name for name in wanted.permissions if not user.has_perm(name)]
    if not user.has_perm("imports.run_import") or lacking:
        msg = gettext_noop("You may not import %(label)s. Ask an administrator.") % {
            "label": wanted.label
        }
        raise ImportNotAllowedError(msg)


def examine(*, content: UploadedFile[Any] | Path, name: str, user: User | None) -> Examined:
    """Read a file for its digest, while the virus scanner reads along; nothing is kept.

    A file that is known already is scanned again: the scanner may have learned since.

    Raises:
        EmptyFileError: nothing in it.
        InfectedFileError, ScannerSilentError, UnscannableFileError: see ``lib.scanning``.
    """
    digest = hashlib.sha256()
    size = 0
    user_id = user.pk if user else None
    for piece in scanning.passed(_pieces(content), name=name, user_id=user_id):
        digest.update(piece)
        size += len(piece)
    if not size:
        msg = gettext_noop("%(name)s is empty. Choose the file that was meant.") % {"name": name}
        raise EmptyFileError(msg, field="file")
    return Examined(content, digest.digest(), size)


def _keep(examined: Examined, *, name: str) -> File:
    """Keep a file that is not kept yet; one that comes again costs no more than its digest."""
    file = File.objects.filter(sha256=examined.sha256).first()
    if file is not None and file.stored_as:
        return file
    stored_as = vault.new_name()
    vault.write(stored_as, _pieces(examined.content))
    values = {"name": name[:255], "size": examined.size, "stored_as": stored_as}
    file, created = File.objects.get_or_create(sha256=examined.sha256, defaults=values)
    if created:
        return file
    if file.stored_as:  # somebody else sent it at the same time
        vault.delete(stored_as)
    else:  # it was purged: keep it again
        file.stored_as = stored_as
        file.save(update_fields=["stored_as"])
    return file


def _pieces(content: UploadedFile[Any] | Path) -> Iterator[bytes]:
    if isinstance(content, Path):
        with content.open("rb") as source:
            while piece := source.read(PIECE):
                yield piece
    else:
        yield from content.chunks(PIECE)


def first_reading(file: File, kind: str, options: Mapping[str, Any]) -> Import | None:
    """The import that read this file as this kind before and still counts, if there is one."""
    if kinds.of(kind).exact or not kind:  # what it says may not hold any more, or is not known
        return None
    runs = Import.objects.filter(file=file, kind=kind).exclude(state__in=WITHOUT_EFFECT)
    if not kinds.of(kind).is_of_its_day:
        return runs.order_by("pk").first()
    today = _day(options, timezone.now())
    same = (run for run in runs.order_by("pk") if _day(run.options, run.created_at) == today)
    return next(same, None)


def _day(options: Mapping[str, Any], at: datetime) -> str:
    """Which day a file tells of: the one that was said, else that of its arrival."""
    return str(options.get("as_of") or timezone.localdate(at).isoformat())
