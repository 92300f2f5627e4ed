"""What stands in worksheets, and what became of those that came back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.imports.engine import rejected
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import ledger
from agencyhub.lib.fields import Sealed
from agencyhub.lib.ssn import TAIL
from eoi.models import Decision, EoiRequest, Reversal
from eoi.worksheets import columns
from eoi.worksheets.columns import FIRST_NAME, LAST_NAME
from groups.models import Benefit, EmployerGroup
from groups.models.groups import EmployerGroupQuerySet
from groups.models.members import SSN_MASK

KIND = "eoi_decisions"
"""Key of the import kind under which worksheets are kept."""
REVEAL = "groups.reveal_ssn"
MOST = 5_000
"""So many requests make a worksheet that every program still opens, and that may come back."""
RECENT = 10
DECISIONS, FORGOTTEN = "decisions", "forgotten"
"""Keys of an import's totals: first and last decision, and rows that look forgotten."""


class Pending(NamedTuple):
    """A request that waits, as a worksheet shows it; the columns are those of ``PENDING``."""

    pk: int
    group: str
    employee_id: int
    subscriber_id: str
    ssn: Sealed | None
    ssn_tail: str
    last_name: str
    first_name: str
    covers: str
    dependent_first: str | None
    dependent_last: str | None
    benefit: str
    lookup_code: str
    plan: str | None
    requested_plan: str | None
    volume: Decimal
    requested: Decimal | None
    guaranteed: Decimal
    covered_since: date | None
    asked_from: date | None
    form_status: str

    @property
    def covered(self) -> str:
        """Who is covered, in a way that is read again."""
        if self.dependent_first is not None:
            return f"{self.dependent_first} {self.dependent_last}"
        return "Child" if self.covers == Benefit.Covers.CHILD else "Employee"

    @property
    def waits(self) -> Decimal:
        """What of the volume waits for evidence (USD)."""
        return max((self.requested or Decimal(0)) - self.volume, Decimal(0))


PENDING = (
    "pk", "group__name", "employee_id", "employee__external_id", "employee__ssn",
    "employee__ssn_tail", "employee__last_name", "employee__first_name",
    "election__benefit__covers", "election__dependent__first_name",
    "election__dependent__last_name", "election__benefit__name",
    "election__benefit__lookup_code", "election__plan__name", "election__requested_plan__name",
    "election__volume", "election__requested_volume", "election__gi_volume",
    "election__original_effective_date", "election__change_effective_date", "form_status",
)  # fmt: skip


def waiting(*, user: User, group_id: int | None = None) -> "QuerySet[EoiRequest]":
    """The requests that wait and that ``user`` may see, of one group or of all."""
    rows = EoiRequest.objects.visible_to(user).open()
    return rows if group_id is None else rows.filter(group=group_id)


def pending(*, user: User, group_id: int | None) -> list[Pending]:
    """Those that waited longest, in the order of groups and names."""
    rows = waiting(user=user, group_id=group_id).order_by("opened_date", "pk")
    found = [Pending._make(values) for values in rows.values_list(*PENDING)[:MOST]]
    return sorted(found, key=lambda one: (one.group, one.last_name, one.first_name, one.pk))


def groups_waiting(*, user: User) -> EmployerGroupQuerySet:
    """The groups of which a request waits, by name."""
    rows = waiting(user=user).filter(group=OuterRef("pk"))
    return EmployerGroup.objects.visible_to(user).filter(Exists(rows)).order_by("name_key", "pk")


def uploads(*, user: User) -> "QuerySet[Import]":
    """The worksheets that ``user`` uploaded; with the right to view imports, everybody's."""
    return ledger.visible_to(user).filter(kind=KIND)


def recent(*, user: User) -> list[Import]:
    """The newest of them."""
    return list(uploads(user=user).order_by("-pk")[:RECENT])


def decided(run: Import, *, user: User) -> "QuerySet[Decision]":
    """What the rows of an upload decided, in their order, with what a page shows."""
    first, last = run.totals.get(DECISIONS, (0, -1))
    rows = scopes.narrow(Decision.objects.all(), user=user).filter(
        pk__range=(first, last), source__startswith=f"{source_of(run)}:"
    )
    return rows.select_related(
        "request__employee", "request__group", "request__election__benefit",
        "request__election__dependent",
    )  # fmt: skip


def standing(run: Import, *, user: User, below: int | None = None) -> "QuerySet[Decision]":
    """What an upload decided and nobody has reversed, the newest first; those before ``below``."""
    rows = decided(run, user=user).filter(reversed_at=None).order_by("-pk")
    return rows if below is None else rows.filter(pk__lt=below)


def reversed_count(run: Import, *, user: User) -> int:
    """How many of the decisions of an upload were reversed since, whoever did it."""
    return decided(run, user=user).filter(reversed_at__isnull=False).count()


def reversal_of(run: Import) -> Reversal | None:
    """The last time that somebody let the worksheet be taken back."""
    return Reversal.objects.filter(run=run).select_related("user").order_by("-pk").first()


def staying(reversal: Reversal, *, user: User) -> list[tuple[Decision, str]]:
    """The decisions that a reversal named as they stay, and why, in English."""
    found = {one.pk: one for one in standing(reversal.run, user=user)
             .filter(pk__in=[pk for pk, _ in reversal.named])}  # fmt: skip
    return [(found[pk], words) for pk, words in reversal.named if pk in found]


def source_of(run: Import) -> str:
    """How decisions name the upload that they came with."""
    return f"worksheet:{run.pk}"


@dataclass(frozen=True)
class FailedRow:
    """A row that was not decided: its cells as uploaded, and what is wrong, by field."""

    line: int
    name: str
    cells: dict[str, str]
    texts: list[str]
    fields: frozenset[str]


def failed(run: Import, *, after_line: int = 0, limit: int | None = None) -> Iterator[FailedRow]:
    """The failed rows behind a line; SSNs show their last four digits."""
    places = columns.labelled(run.headers)
    for row in islice(rejected.read(run, after_line=after_line), limit):
        cells = {label: row.cells[at] for label, at in places.items()}
        cells[columns.SSN.label] = masked(cells.get(columns.SSN.label, ""))
        name = " ".join(filter(None, map(cells.get, (FIRST_NAME.label, LAST_NAME.label))))
        texts = [text for _, text in row.errors]
        yield FailedRow(row.line, name, cells, texts, wrong(row.errors))


def wrong(errors: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The fields that the errors of a row are about."""
    return frozenset(key.partition(":")[2] for key, _ in errors)


def masked(ssn: str) -> str:
    """A typed SSN as a screen may show it, or blank."""
    digits: Any = "".join(filter(str.isdigit, ssn))
    return f"{SSN_MASK}{digits[-TAIL:]}" if len(digits) >= TAIL else ""
