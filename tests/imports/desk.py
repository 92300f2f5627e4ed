"""Steps through the import pages, with the worker's part done at once."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agencyhub.imports import tasks
from agencyhub.imports.models import Import

HTMX = {"HX-Request": "true"}


def csv(*lines: str, name: str = "leads.csv") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, "\n".join(lines).encode())


def upload(page: Client, *lines: str, name: str = "leads.csv", kind: str = "individuals") -> Import:
    """Send a file and let the worker read it."""
    fields = {"kind": kind, "mode": "create_and_update", "file": csv(*lines, name=name)}
    page.post(reverse("imports:import_upload"), fields)
    run = Import.objects.latest("pk")
    tasks.stage_import(run.pk)
    run.refresh_from_db()
    return run


def press(page: Client, run: Import, action: str, **fields: Any) -> Import:
    """Press a button of an import's page and let the worker do what follows."""
    page.post(reverse(f"imports:{action}", args=[run.pk]), fields)
    run.refresh_from_db()
    if run.state == Import.State.COMMITTING:
        tasks.import_rows(run.pk)
    elif run.state == Import.State.UNDOING:
        tasks.undo_import(run.pk)
    elif run.state == Import.State.RECEIVED:
        tasks.stage_import(run.pk)
    run.refresh_from_db()
    return run


def keep_proposal(page: Client, run: Import, **changes: str) -> Import:
    """Keep the proposed mapping, with ``changes``: heading to field."""
    studio = page.get(reverse("imports:mapping_studio", args=[run.pk])).context["studio"]
    fields = {one.name: changes.get(one.header, one.field_key) for one in studio.columns}
    return press(page, run, "mapping_studio", **fields, name=f"Layout {run.pk}", save="1")
