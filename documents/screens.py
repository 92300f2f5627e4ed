"""What the panel of documents shows, gathered so that templates only write it down."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from agencyhub.accounts.models import User
from documents import owners, terms
from documents.models import Document
from documents.owners import Owner, Record


@dataclass(frozen=True)
class Chip:
    """A state in a word, with its look."""

    label: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Row:
    """One document; ``chip`` says whether a Scope of Appointment still holds."""

    document: Document
    chip: Chip | None
    may_remove: bool


@dataclass(frozen=True)
class Panel:
    """The documents of one record, the newest first."""

    record: Record
    owner: Owner
    rows: list[Row]
    removed: list[Document]
    may_change: bool

    @property
    def url(self) -> str:
        """Where it is shown by itself, and files are sent."""
        return self.owner.list_page(self.record.pk)

    @property
    def record_url(self) -> str:
        """The page of the record."""
        return self.owner.page(self.record.pk)


def panel(record: Record, *, user: User, at: datetime, today: date) -> Panel:
    """Gather the documents of a record that ``user`` sees; one query."""
    owner = owners.of_record(record)
    may_change = user.has_perm(owner.change)
    found = Document.objects.filter(**{owner.field: record.pk}).select_related("user")
    documents = list(found.order_by("-uploaded_at", "-pk"))
    return Panel(
        record=record,
        owner=owner,
        rows=[
            Row(one, chip_of(one, today=today), _may_remove(one, at=at) and may_change)
            for one in documents
            if one.removed_at is None
        ],
        removed=[one for one in documents if one.removed_at is not None] if may_change else [],
        may_change=may_change,
    )


def chip_of(document: Document, *, today: date) -> Chip | None:
    """Whether a Scope of Appointment holds on ``today``; nothing of other documents."""
    if document.kind != Document.Kind.SCOPE:
        return None
    last = document.last_valid_day
    if last is None:
        return Chip(gettext("No day of signing"), "warning", "alert-triangle")
    day = {"day": f"{last:%m/%d/%Y}"}
    if last < today:
        return Chip(gettext("Ended %(day)s") % day, "danger", "alert-circle")
    if last - today < terms.SOON:
        return Chip(gettext("Holds until %(day)s, soon over") % day, "warning", "clock")
    return Chip(gettext("Holds until %(day)s") % day, "success", "circle-check")


def _may_remove(document: Document, *, at: datetime) -> bool:
    return document.kept_until is None or document.kept_until <= at
