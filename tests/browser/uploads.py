"""Imports to look at: the demo's own, and one of each other state, made for the look of it."""

from agencyhub.accounts.models import User
from agencyhub.imports.models import Import, Template
from agencyhub.records.models import Batch
from eoi.selectors.worksheets import FORGOTTEN, KIND
from tests.factories.imports import ImportFactory

State = Import.State
STATES = ("checked", "attention", "imported", "undoing", "undone", "duplicate")


def find_worksheets() -> dict[str, object]:
    """Worksheets of decisions in each state."""
    user = User.objects.get(username="owner")
    made = {
        state: ImportFactory(
            kind=KIND, state=state, user=user, rows=120, new=100, rejected=12, same=8,
            problem="The file is empty. Export it again and check that it opens.",
            totals={FORGOTTEN: [7, 12]},
        )
        for state in ("imported", "checking", "duplicate", "attention")
    }  # fmt: skip
    Import.objects.filter(pk=made["duplicate"].pk).update(duplicate_of=made["imported"])
    return {f"worksheet_{state}": run.pk for state, run in made.items()}


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
