"""Imports in tests: a file as text, its columns mapped, checked and committed at once."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile

from agencyhub.imports import kinds
from agencyhub.imports.models import Import, Template, TemplateVersion
from agencyhub.imports.selectors import layouts
from agencyhub.imports.services import checks, commits, files, runs


def text_of(rows):
    """Rows (dicts by field key) as CSV under the labels of the fields."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(keys)
    writer.writerows([row.get(key, "") for key in keys] for row in rows)
    return target.getvalue()


def receive(rows, *, kind="individuals", user=None, name="people.csv", **options):
    """Upload rows and check them; their columns are called by the keys of fields."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    teach(kind, keys)
    content = SimpleUploadedFile(name, text_of(rows).encode())
    run = files.receive(content=content, name=name, kind=kind, user=user, **options)
    return check(run)


def check(run):
    """Check (again) and answer the import as it is then."""
    if run.state == Import.State.DUPLICATE:
        return run
    checks.stage(import_id=run.pk)
    run.refresh_from_db()
    return run


def teach(kind, keys):
    """Let columns be known that are called by the keys of fields."""
    template, _ = Template.objects.get_or_create(kind=kind, name=" ".join(keys)[:80])
    columns = [
        {"header": key, "field": key if key in kinds.of(kind).fields_for(None) else ""}
        for key in keys
    ]
    TemplateVersion.objects.get_or_create(
        template=template,
        number=1,
        defaults={"fingerprint": layouts.fingerprint(keys), "columns": columns},
    )


def commit(run):
    """Import the checked rows."""
    runs.start_commit(import_id=run.pk, user=run.user)
    commits.commit(import_id=run.pk)
    run.refresh_from_db()
    return run


def counts(run):
    """New, changed, same, rejected."""
    return (run.new, run.changed, run.same, run.rejected)
