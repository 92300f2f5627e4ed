"""What is known of applications: submitted, in the carrier's book, paid; each with its source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count

from commissions.matching import outcomes
from commissions.models import Application, BookLink, LineLink, Link


@dataclass(frozen=True)
class Submitted:
    """That it was sent, as ``source`` told it."""

    source: str
    submitted_at: datetime | None
    as_of: datetime


@dataclass(frozen=True)
class InBook:
    """The carrier's row; ``carrier_status`` is in the carrier's own words."""

    book_row_id: int
    source: str
    as_of: date | None
    status: str
    status_words: str
    carrier_status: str
    effective_date: date | None
    termination_date: date | None
    is_ending: bool
    """The carrier announced a termination that is yet to come."""


@dataclass(frozen=True)
class Paid:
    """The last line that was paid, or taken back; ``lines`` is how many there are."""

    line_id: int
    source: str
    as_of: date | None
    amount: Decimal
    paid_date: date | None
    payment_period: date | None
    months: int | None
    lines: int


@dataclass(frozen=True)
class Facts:
    """The three facts of an application, and what follows from them."""

    application_id: int
    submitted: Submitted
    book: InBook | None
    commission: Paid | None
    state: str
    state_words: str
    matched_at: datetime | None
    next_step: str


def facts_of(applications: Iterable[Application]) -> dict[int, Facts]:
    """The facts of applications that the caller may see, by primary key. Three queries."""
    by_id = {one.pk: one for one in applications}
    books, lines = _books(by_id), _lines(by_id)
    return {pk: _facts(one, books.get(pk), lines.get(pk)) for pk, one in by_id.items()}


def _facts(application: Application, book: InBook | None, paid: Paid | None) -> Facts:
    return Facts(
        application_id=application.pk,
        submitted=Submitted(
            application.get_source_display(),
            application.submitted_at,
            application.source_updated_at or application.updated_at,
        ),
        book=book,
        commission=paid,
        state=application.match_state,
        state_words=application.get_match_state_display(),
        matched_at=application.matched_at,
        next_step=outcomes.next_step(application.match_state),
    )


def _books(ids: Iterable[int]) -> dict[int, InBook]:
    links = BookLink.objects.filter(application__in=ids, state=Link.State.LINKED)
    return {one.application_id: _in_book(one) for one in links.select_related("book_row__carrier")}


def _in_book(link: BookLink) -> InBook:
    row = link.book_row
    return InBook(
        book_row_id=row.pk,
        source=f"{row.carrier_words}, book of business".lstrip(", "),
        as_of=row.as_of_date,
        status=row.status,
        status_words=row.get_status_display(),
        carrier_status=row.carrier_status,
        effective_date=row.effective_date,
        termination_date=row.termination_date,
        is_ending=row.status == row.Status.PENDING_TERMINATION,
    )


def _lines(ids: Iterable[int]) -> dict[int, Paid]:
    linked = LineLink.objects.filter(application__in=ids, state=Link.State.LINKED)
    counted = dict(
        linked.values("application").annotate(lines=Count("pk")).values_list("application", "lines")
    )
    newest = linked.order_by(
        "application", "-line__paid_date", "-line__statement_date", "-line"
    ).distinct("application")
    return {
        one.application_id: _paid(one, counted[one.application_id])
        for one in newest.select_related("line__carrier")
    }


def _paid(link: LineLink, lines: int) -> Paid:
    line = link.line
    return Paid(
        line_id=line.pk,
        source=f"{line.carrier_words}, commission statement".lstrip(", "),
        as_of=line.statement_date or line.paid_date,
        amount=line.amount,
        paid_date=line.paid_date,
        payment_period=line.payment_period,
        months=line.months,
        lines=lines,
    )
