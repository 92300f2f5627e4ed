"""A sample file per kind, made from the kind's own fields: headers that are recognised."""

import csv
import io

from agencyhub.accounts.models import User
from agencyhub.imports.kinds import Field, Kind

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # spreadsheets take the file for UTF-8 by it
# Used where a field declares no example; by the name of its type.
EXAMPLES = {
    "name": "Morgan",
    "date": "03/14/1958",
    "money": "42.50",
    "integer": "1",
    "decimal": "1.5",
    "yes_no": "Yes",
    "email": "morgan@example.com",
    "phone": "(515) 555-0100",
    "zip": "50010",
    "state": "IA",
    "mbi": "1EG4-TE5-MK73",  # CMS's own example of a number
    "ssn": "123-00-0000",  # no such number is given out
}


def sample(kind: Kind, *, user: User | None) -> str:
    """A CSV file with the header and one made-up row."""
    fields = list(kind.fields_for(user).values())
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([field.label for field in fields])
    writer.writerow([example(field) for field in fields])
    return BOM + text.getvalue()


def example(field: Field) -> str:
    """A value that the field takes; empty when only the agency knows one."""
    choices = [label for _, label in field.type.choices]
    return field.example or EXAMPLES.get(field.type.name, "") or next(iter(choices), "")
