"""Uploaded files that wait for somebody, so that the imports have work at first sign-in."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from agencyhub.accounts.models import User
from agencyhub.imports.models import Import
from agencyhub.imports.services import checks, files, mapping
from individuals.models import Individual

HEADER = (
    "First name",
    "Last name",
    "DOB",
    "Cell",
    "E-mail",
    "Servicing agent",
    "City",
    "State",
    "Zip",
)
LEADS = (
    ("Harriet", "Lindqvist", "04/18/1959", "(515) 555-0161", "harriet.l@example.com"),
    ("Otis", "Bramblewood", "1957-11-02", "515.555.0162", "otis.b@example.com"),
    ("Delphine", "Okafor", "6/30/60", "5155550163", "delphine.o@example.com"),
    ("Casimir", "Ashdown", "31/12/1958", "515-555-0164", "casimir.a@example.com"),
    ("Wilhelmina", "Prout", "09/09/1955", "555-01", "wilhelmina.p@example.com"),
    ("Fergus", "Tolliver", "12/05/1961", "(515) 555-0166", "fergus at example.com"),
)
WHERE = ("990014207", "Ames", "IA", "50010")
BOOK = ("Insured", "Company", "Contract no.", "Starts", "Monthly $")
SOLD = (
    ("Lindqvist, Harriet", "Humana", "H-778120", "01/01/2027", "$0.00"),
    ("Okafor, Delphine", "UHC", "991-448-2", "01/01/2027", "$38.10"),
)
PICTURE = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"


def upload(*, user: User) -> None:
    """A file that is ready to import, one whose columns are new, and one that is no table."""
    known = Individual.objects.filter(date_of_birth__isnull=False, type__label="Client")
    person = known.order_by("pk")[0]
    born = person.date_of_birth or date.min
    moved = (person.first_name, person.last_name, f"{born:%m/%d/%Y}", "(515) 555-0167", "")
    run = _check(
        "harbor fair.csv", _table(HEADER, [(*row, *WHERE) for row in (*LEADS, moved)]), user=user
    )
    mapping.save(
        import_id=run.pk,
        columns=[
            {"header": one.header, "field": one.field_key} for one in mapping.propose(run).columns
        ],
        template_id=None,
        name="Fair leads",
        user=user,
        is_queued=False,
    )
    checks.stage(import_id=run.pk)
    _check("acme book.csv", _table(BOOK, SOLD), user=user, kind="policies")
    _check("enrollment form.pdf", PICTURE, user=user)


def _check(name: str, content: bytes, *, user: User, kind: str = "individuals") -> Import:
    sent = SimpleUploadedFile(name, content)
    run = files.receive(content=sent, name=name, kind=kind, user=user, is_queued=False)
    checks.stage(import_id=run.pk)
    run.refresh_from_db()
    return run


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()
