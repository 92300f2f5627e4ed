"""Files for the import pages, and the steps through them."""

import csv
import io

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

PEOPLE = "/admin/individuals/individual/"
CSV_FORMAT, XLSX_FORMAT = "0", "1"


def xlsx(*rows: list[object]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return SimpleUploadedFile("people.xlsx", data.getvalue())


def text(*lines: str, name: str = "rows.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join(lines).encode())


def preview(page: Client, path: str, file: SimpleUploadedFile):
    return page.post(f"{path}import/", {"import_file": file, "resource": "0"})


def confirm(page: Client, path: str, previewed):
    form = previewed.context_data["confirm_form"]
    return page.post(f"{path}process_import/", {name: form[name].value() for name in form.fields})


def exported(page: Client, path: str, **posted: object) -> list[dict[str, str]]:
    answer = page.post(f"{path}export/", {"format": CSV_FORMAT, "resource": "0", **posted})
    assert answer["Content-Type"] == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
