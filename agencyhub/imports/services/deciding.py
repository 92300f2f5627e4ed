"""What a file holds whose kind nobody has said: told by its header, else asked."""

from django.utils.translation import gettext_noop

from agencyhub.imports import kinds
from agencyhub.imports.heads import head_of
from agencyhub.imports.models import Import
from agencyhub.imports.services import files, guessing, known_layouts
from agencyhub.lib.reading.limits import UnreadableFileError

ASK = gettext_noop(
    "Its headings do not tell what it holds. Nothing was read from it; say what it is."
)


def decide(run: Import) -> bool:
    """Give an undecided import the kind that its header tells; False when that tells none.

    What was read as that kind before becomes a DUPLICATE. The caller holds the import.

    Raises:
        UnreadableFileError: it has no table, or no header.
    """
    among = kinds.allowed(run.user) if run.user else []
    kind = guessing.kind_of_header(head_of(run).labels, among=among, user=run.user)
    if kind is None:
        return False
    known_layouts.install(kinds.of(kind))
    run.kind, run.duplicate_of = kind, files.first_reading(run.file, kind, run.options)
    if run.duplicate_of:
        run.state, run.alive_at = Import.State.DUPLICATE, None
    run.save(update_fields=["kind", "duplicate_of", "state", "alive_at"])
    return True


def considered(run: Import) -> list[guessing.Considered]:
    """The kinds that its owner may import, and how the header fits each; nearest first.

    None where the file cannot be read: its problem says why.
    """
    among = kinds.allowed(run.user) if run.user else []
    try:
        labels = head_of(run).labels
    except UnreadableFileError:
        return []
    return guessing.considered(labels, among=among, user=run.user)
