"""What a file holds, told by its header."""

from collections.abc import Sequence
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
    scores = [(_score(labels, kind, user=user), kind.key) for kind in among]
    fitting = [(score, key) for score, key in scores if score]
    return max(fitting, key=lambda one: one[0])[1] if fitting else None


def _score(labels: Sequence[str], kind: Kind, *, user: User | None) -> tuple[float, ...]:
    """How well a header fits: required fields that have a column, then columns that have a field.

    Nothing when a required field has none.
    """
    fields = kind.fields_for(user)
    names = [proposing.Names(one.key, one.label, one.aliases) for one in fields.values()]
    keys = {one.key for one in proposing.guess(labels, names) if one.key}
    required = {one.key for one in fields.values() if one.required}
    if not keys or required - keys:
        return ()
    return (len(keys), len(required) / len(fields))


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
