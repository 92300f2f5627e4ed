"""The columns of a worksheet of decisions: their headers, and which must be there. Pure.

Source: reference/groups_eoi.md B12, read 2026-11-22. Columns without a name are for people only.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from agencyhub.lib.reading import headers

SHEET = "EOI Decisions"


@dataclass(frozen=True)
class Column:
    """A header, other ways to spell it, and the field of ``Asked`` that it fills, or blank."""

    label: str
    field: str = ""
    aliases: tuple[str, ...] = ()


COLUMNS = (
    Column("Subscriber ID", "subscriber_id", ("subscriber_id", "Employee ID")),
    Column("SSN", "ssn", ("Social security number",)),
    Column("Last Name"),
    Column("First Name"),
    Column("Covered Person", "covered", ("Covered Person / Relationship", "Relationship")),
    Column("Benefit"),
    Column("Benefit Lookup Code", "benefit_lookup_code", ("Benefit Code",)),
    Column("Plan"),
    Column("Current Volume"),
    Column("Requested Volume"),
    Column("GI Volume"),
    Column("EOI Volume"),
    Column("Original Effective Date"),
    Column("Form Status"),
    Column("Action", "action", ("Decision",)),
    Column("Approved Volume", "approved_volume", ("Approved Amount",)),
    Column("Effective Date", "effective_date", ("Approval Effective Date",)),
    Column("New Original Effective Date", "original_effective_date"),
    Column("Reference Number", "reference_number", ("Reference",)),
    Column("EOI Request ID", "request_id", ("Request ID",)),
)
_BY_HEADER = {
    headers.normalise(spelling): column.field
    for column in COLUMNS
    if column.field
    for spelling in (column.label, column.field, *column.aliases)
}
_LABELS = {column.field: column.label for column in COLUMNS if column.field}
# Who and what a row is about: one of these sets of columns tells.
KEYS = (
    frozenset({"request_id"}),
    frozenset({"subscriber_id", "benefit_lookup_code"}),
    frozenset({"ssn", "benefit_lookup_code"}),
)
NEEDED = ("action", "effective_date")
NO_KEY = gettext_noop("EOI Request ID, or Subscriber ID or SSN with Benefit Lookup Code")


def places(cells: Iterable[str]) -> dict[str, int]:
    """Where each field stands in a row of headers; the first of two equal ones counts."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        field = _BY_HEADER.get(headers.normalise(cell), "")
        if field:
            found.setdefault(field, at)
    return found


def missing(fields: Iterable[str]) -> list[str]:
    """The headers that are needed and not among these fields, as people read them."""
    known = set(fields)
    lacking = [_LABELS[field] for field in NEEDED if field not in known]
    return lacking if any(key <= known for key in KEYS) else [*lacking, NO_KEY]
