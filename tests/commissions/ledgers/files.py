"""Carriers' files in tests: rows as CSV, SpreadsheetML or HTML, through the whole pipeline."""

import csv
import io
from html import escape

from django.core.files.uploadedfile import SimpleUploadedFile

from agencyhub.imports.models import Import
from agencyhub.imports.services import checks, commits, files, runs

BOOK, STATEMENT = "book_of_business", "commission_statement"


def as_csv(header, rows, *, above=(), below=()):
    """A table as CSV, with lines above and below it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerows([*above, header])
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    writer.writerows(below)
    return target.getvalue().encode()


def as_html(header, rows):
    """A table as a web page, as carriers send with the ending .xls."""
    lines = [header, *([row.get(name, "") for name in header] for row in rows)]
    cells = ["".join(f"<td>{escape(cell)}</td>" for cell in line) for line in lines]
    body = "".join(f"<tr>{line}</tr>" for line in cells)
    return f"<html><body><table>{body}</table></body></html>".encode()


def as_spreadsheetml(header, rows):
    """A table as Excel 2003 XML whose first line is broken, as Humana's."""
    lines = [header, *([row.get(name, "") for name in header] for row in rows)]
    data = '<Cell><Data ss:Type="String">{}</Data></Cell>'
    body = "".join(
        f"<Row>{''.join(data.format(escape(cell)) for cell in line)}</Row>" for line in lines
    )
    return (
        '?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="Sheet1"><Table>{body}</Table></Worksheet></Workbook>'
    ).encode()


def receive(content, *, kind=BOOK, name="file.csv", user=None, **options):
    """Upload a file and check it."""
    sent = SimpleUploadedFile(name, content)
    run = files.receive(
        content=sent, name=name, kind=kind, user=user, options=options, is_queued=False
    )
    if run.state != Import.State.DUPLICATE:
        checks.stage(import_id=run.pk)
    run.refresh_from_db()
    return run


def take(content, **how):
    """Upload a file, check it, import it, and do what follows."""
    run = receive(content, **how)
    assert run.state == Import.State.CHECKED, (run.state, run.problem, run.headers)
    runs.start_commit(import_id=run.pk, user=run.user, is_queued=False)
    commits.commit(import_id=run.pk)
    commits.follow_up(import_id=run.pk)
    run.refresh_from_db()
    return run


def counts(run):
    """New, changed, same, rejected."""
    return (run.new, run.changed, run.same, run.rejected)
