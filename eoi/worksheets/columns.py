"""The columns of a worksheet of decisions: their headers, and which must be there. Pure.

Headers are the layout's own words in every language: partners' files and worksheets share them.
Source: reference/groups_eoi.md B12, read 2026-11-22. Columns without a field are for people only.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from agencyhub.lib.reading import headers

SHEET = "EOI Decisions"


@dataclass(frozen=True)
class Column:
    """A header, other ways to spell it, and the field of ``Asked`` that it fills, or blank.

    ``style`` is how a worksheet shows it, ``width`` is in points. ``is_filled_in``: by people.
    """

    label: str
    field: str = ""
    aliases: tuple[str, ...] = ()
    style: str = "text"
    width: int = 90
    is_filled_in: bool = False


GROUP = Column("Group", width=140)
SUBSCRIBER_ID = Column("Subscriber ID", "subscriber_id", ("Employee ID",))
SSN = Column("SSN", "ssn", ("Social Security Number",))
SSN_LAST_4 = Column("SSN Last 4", width=65)
LAST_NAME = Column("Last Name")
FIRST_NAME = Column("First Name")
COVERED = Column("Covered Person", "covered", ("Covered", "Relationship"), width=110)
BENEFIT = Column("Benefit", width=140)
LOOKUP_CODE = Column("Benefit Lookup Code", "benefit_lookup_code", ("Benefit Code",), width=110)
PLAN = Column("Plan", width=140)
CURRENT = Column("Current Volume", style="money")
REQUESTED = Column("Requested Volume", style="money")
GUARANTEED = Column("GI Volume", style="money")
PENDING = Column("EOI Volume", style="money")
COVERED_SINCE = Column("Covered Since", style="date")
# The earliest day that a decision may say.
ASKED_FROM = Column("Asked For From", style="date")
FORM = Column("Form Status")
ACTION = Column("Action", "action", ("Decision",), width=210, is_filled_in=True)
APPROVED = Column("Approved Volume", "approved_volume", style="money", is_filled_in=True)
EFFECTIVE = Column(
    "Effective Date", "effective_date", ("Eff Date",), style="date", is_filled_in=True
)
ORIGINAL = Column(
    "Original Effective Date",
    "original_effective_date",
    ("New Original Effective Date",),
    style="date",
    width=120,
)
REFERENCE = Column("Reference Number", "reference_number", ("Reference",), width=100)
REQUEST_ID = Column("EOI Request ID", "request_id", ("Request ID",))
# What the source's own example calls the approved volume.
AMOUNT = Column("Approved Amount", "approved_amount", style="money")
# What a worksheet of failed rows tells; ignored when it comes back.
ERRORS = Column("Errors", width=320)

ASKED = (ACTION, APPROVED, EFFECTIVE, ORIGINAL, REFERENCE)
EMPTY = (SUBSCRIBER_ID, SSN, COVERED, LOOKUP_CODE, *ASKED)

_BY_HEADER = {
    headers.normalise(spelling): column
    for column in (*EMPTY, AMOUNT, REQUEST_ID, SSN_LAST_4, LAST_NAME, FIRST_NAME, BENEFIT, GROUP)
    for spelling in (column.label, column.field, *column.aliases)
    if spelling
}
_LABELS = {column.field: column.label for column in _BY_HEADER.values()}
# Who and what a row is about: one of these sets of columns tells.
KEYS = (
    frozenset({"request_id"}),
    frozenset({"subscriber_id", "benefit_lookup_code"}),
    frozenset({"ssn", "benefit_lookup_code"}),
)
NEEDED = ("action", "effective_date")
NO_KEY = gettext_noop("EOI Request ID, or Subscriber ID or SSN with Benefit Lookup Code")


def update(*, with_ssn: bool) -> tuple[Column, ...]:
    """The columns of a worksheet that is filled with the requests that wait."""
    return (
        GROUP, SUBSCRIBER_ID, SSN if with_ssn else SSN_LAST_4, LAST_NAME, FIRST_NAME, COVERED,
        BENEFIT, LOOKUP_CODE, PLAN, CURRENT, REQUESTED, GUARANTEED, PENDING, COVERED_SINCE,
        ASKED_FROM, FORM, *ASKED, REQUEST_ID,
    )  # fmt: skip


def of(header: str) -> Column | None:
    """The column that a header means, in any spelling; None for one that nobody asked for."""
    return _BY_HEADER.get(headers.normalise(header))


def labelled(cells: Iterable[str]) -> dict[str, int]:
    """Where the known columns stand in a row of headers, by label; the first of two counts."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        if column := of(cell):
            found.setdefault(column.label, at)
    return found


def places(cells: Iterable[str]) -> dict[str, int]:
    """Where each field stands in a row of headers; the first of two equal ones counts."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        if (column := of(cell)) and column.field:
            found.setdefault(column.field, at)
    return found


def missing(fields: Iterable[str]) -> list[str]:
    """The headers that are needed and not among these fields, as people read them."""
    known = set(fields)
    lacking = [_LABELS[field] for field in NEEDED if field not in known]
    return lacking if any(key <= known for key in KEYS) else [*lacking, NO_KEY]
