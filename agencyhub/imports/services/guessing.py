"""What a file holds, told by its header."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from agencyhub.accounts.models import User
from agencyhub.imports import proposing
from agencyhub.imports.heads import read_head
from agencyhub.imports.kinds import Kind
from agencyhub.imports.models import TemplateVersion
from agencyhub.imports.selectors import layouts
from agencyhub.imports.services import known_layouts
from agencyhub.lib import workspace
from agencyhub.lib.reading import opening, sniffing
from agencyhub.lib.reading.limits import Limits, UnreadableFileError

# Enough of a text for its header, and the largest workbook that is opened while somebody waits.
LOOKED_AT = 1024 * 1024
# So many known columns tell a kind, and one that needs no column in particular.
FEW, FEWEST = 2, 3


def guess_kind(
    *, content: UploadedFile[Any], among: Sequence[Kind], user: User | None
) -> str | None:
    """The key of the kind whose fields the header names; None when it does not tell."""
    try:
        labels = _labels(content)
    except UnreadableFileError:
        return None  # the check says what is wrong with the file
    return kind_of_header(labels, among=among, user=user)


def kind_of_header(
    labels: Sequence[str], *, among: Sequence[Kind], user: User | None
) -> str | None:
    """The kind that has read this header before, else the one that most columns fit."""
    known = TemplateVersion.objects.filter(
        template__is_active=True,
        template__kind__in=[kind.key for kind in among],
        fingerprint=layouts.fingerprint(labels),
    )
    found = known.order_by("-pk").values_list("template__kind", flat=True).first()
    if found is not None:
        return found
    for kind in among:
        known_layouts.install(kind)
        if layouts.recognise(kind.key, labels) is not None:
            return kind.key
    fitting = [one for one in considered(labels, among=among, user=user) if one.fits]
    return max(fitting, key=lambda one: one.score).kind.key if fitting else None


@dataclass(frozen=True)
class Considered:
    """How a header fits a kind: headings that it knows, and what it needs and the header lacks.

    ``score`` is what kinds that fit are compared by: known columns, then how much the kind needs.
    """

    kind: Kind
    known: list[str]
    missing: list[str]
    fits: bool
    score: tuple[float, ...]


def considered(
    labels: Sequence[str], *, among: Sequence[Kind], user: User | None
) -> list[Considered]:
    """How a header fits each kind, the nearest first."""
    found = [_consider(labels, kind, user=user) for kind in among]
    return sorted(found, key=lambda one: (-len(one.known), len(one.missing), one.kind.label))


def _consider(labels: Sequence[str], kind: Kind, *, user: User | None) -> Considered:
    """A kind that needs no column in particular fits when it knows half of them, and a few."""
    fields = kind.fields_for(user)
    names = [proposing.Names(one.key, one.label, one.aliases) for one in fields.values()]
    guesses = zip(labels, proposing.guess(labels, names), strict=True)
    known = {one.key: label for label, one in guesses if one.key}
    required = [one for one in fields.values() if one.required]
    needed = required or [fields[key] for key in kind.targets[0].required if key in fields]
    missing = [one.label for one in needed if one.key not in known]
    half = 2 * len(known) >= len(labels)
    is_told = len(known) >= FEW if needed else len(known) >= FEWEST and half
    share = len(required) / len(fields)
    fits = bool(known) and not missing and is_told
    return Considered(kind, list(known.values()), missing, fits, (len(known), share))


def _labels(content: UploadedFile[Any]) -> list[str]:
    with workspace.Folder() as folder:
        path = Path(folder) / "file"
        content.seek(0)
        with path.open("wb") as target:
            target.write(content.read(LOOKED_AT))
        content.seek(0)
        is_whole = (content.size or 0) <= LOOKED_AT
        if not is_whole and sniffing.sniff(path).kind is not sniffing.Kind.CSV:
            return []
        with opening.open_file(path, limits=Limits()) as source:
            return read_head(source, sheet="", header_line=1).labels
