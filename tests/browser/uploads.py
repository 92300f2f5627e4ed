"""Imports to look at: the demo's own, and one of each other state, made for the look of it."""

from agencyhub.imports.models import Import, Template
from agencyhub.records.models import Batch
from tests.factories.imports import ImportFactory

State = Import.State
STATES = ("checked", "attention", "imported", "undoing", "undone", "duplicate")


def find_uploads() -> dict[str, object]:
    """Ids by state, and what the pages of rows take besides."""
    checked = Import.objects.filter(state=State.CHECKED).earliest("pk")
    for state in (State.IMPORTED, State.UNDOING, State.UNDONE, State.DUPLICATE):
        ImportFactory(
            state=state,
            user=checked.user,
            batch=Batch.objects.filter(undo_of=None).latest("pk"),
            duplicate_of=checked if state == State.DUPLICATE else None,
            rows=12_551,
            new=12_300,
            changed=210,
            rejected=41,
        )
    runs = {f"import_{run.state}": run.pk for run in Import.objects.order_by("-pk")}
    return {
        **runs,
        "import_new": (checked.pk, "new"),
        "import_changed": (checked.pk, "changed"),
        "template": Template.objects.earliest("pk").pk,
    }
