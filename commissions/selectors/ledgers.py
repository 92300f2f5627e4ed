"""What the pages of book rows and commission lines show, each with its source and its day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import rows as import_rows
from commissions.ledgers.messages import NOBODY
from commissions.models import AgentOfRecord, Application, BookRow, CommissionLine, Link

LEDGERS = ("book_of_business", "commission_statement")
# Imports in these states may still take repaired rows.
OPEN = (Import.State.CHECKED, Import.State.IMPORTED, Import.State.ATTENTION)
SHOWN_IMPORTS, SHOWN_ROWS = 20, 10


@dataclass(frozen=True)
class Waiting:
    """Rows of one import that name nobody; ``rows`` are the first: line and cells in words."""

    run: Import
    kind: str
    count: int
    rows: list[tuple[int, str]]


def book_rows_for_page(user: User) -> QuerySet[BookRow]:
    """Book rows with what the page of one shows."""
    rows = BookRow.objects.visible_to(user)
    return rows.select_related("carrier", "agent", "source", "policy__carrier")


def lines_for_page(user: User) -> QuerySet[CommissionLine]:
    """Commission lines with what the page of one shows."""
    return CommissionLine.objects.visible_to(user).select_related("carrier", "agent", "source")


def agents_of(row: BookRow) -> QuerySet[AgentOfRecord]:
    """Who was agent of record, the last one first."""
    return row.agents_of_record.select_related("agent").order_by("-start_date", "-pk")


def application_of(row: BookRow | CommissionLine, *, user: User) -> Application | None:
    """The application that is linked, where the user may see it."""
    linked = list(
        row.links.filter(state=Link.State.LINKED).values_list("application_id", flat=True)
    )
    return Application.objects.visible_to(user).filter(pk__in=linked).order_by("pk").first()


def quarantine(user: User) -> list[Waiting]:
    """Rows of carriers' files that name nobody and wait for repair, the newest file first."""
    runs = Import.objects.visible_to(user).filter(kind__in=LEDGERS, state__in=OPEN, rejected__gt=0)
    return list(islice(_waiting(runs.order_by("-pk").iterator(chunk_size=50)), SHOWN_IMPORTS))


def _waiting(runs: Iterator[Import]) -> Iterator[Waiting]:
    for run in runs:
        count = sum(one.count for one in import_rows.error_groups(run) if one.message == NOBODY)
        if not count:
            continue
        found = [
            (one.line, _in_words(one.cells.values()))
            for one in import_rows.problem_rows(run, limit=SHOWN_ROWS * 5)
            if any(message == NOBODY for _, message in one.errors) and not one.repair
        ]
        if found:
            label = kinds.of(run.kind).label
            yield Waiting(run, label, max(count, len(found)), found[:SHOWN_ROWS])


def _in_words(cells: Iterable[str]) -> str:
    """What a row does say: it names nobody, so nothing of it is anybody's."""
    return " · ".join(cell for cell in cells if cell)
