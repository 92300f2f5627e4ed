"""What is known of applications: submitted, in the carrier's book, paid; each with its source."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.utils.translation import gettext as _

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import Reach, reach_of, within
from agencyhub.lib.db import AnyOf
from agencyhub.lib.written import Written
from commissions.matching import outcomes
from commissions.models import Application, BookLink, BookRow, CommissionLine, LineLink, Link

VIEW_BOOK, VIEW_LINES = "commissions.view_bookrow", "commissions.view_commissionline"
NEWEST_LINE = ("-line__paid_date", "-line__statement_date", "-line")


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
    """The three facts of an application, and what follows from them.

    ``book_hidden`` and ``commission_hidden`` say why somebody is not shown a fact; blank where
    nothing is kept from them.
    """

    application_id: int
    submitted: Submitted
    book: InBook | None
    commission: Paid | None
    state: str
    state_words: str
    matched_at: datetime | None
    next_step: str
    book_hidden: str = ""
    commission_hidden: str = ""

    @property
    def hidden(self) -> list[str]:
        """Why facts are not shown, in sentences."""
        return [one for one in (self.book_hidden, self.commission_hidden) if one]


def facts_of(applications: Iterable[Application], *, user: User) -> dict[int, Facts]:
    """The facts of applications that ``user`` sees, by primary key. Two to four queries.

    Of the book row and the commission lines only those that the user may see as such.
    """
    by_id = {one.pk: one for one in applications}
    books = {one.application_id: _in_book(one) for one in seen_books(by_id, user=user)}
    paid = {one.application_id: _paid(one, one.lines) for one in _newest_lines(by_id, user)}
    return _told(by_id, books, paid, user)


def facts_of_linked(
    application: Application,
    *,
    user: User,
    book: BookLink | None,
    line: LineLink | None,
    lines: int,
) -> Facts:
    """The facts of an application of which the linked rows that ``user`` may see are known.

    ``line`` is the newest of as many ``lines``. Two queries where something is not there.
    """
    pk = application.pk
    books = {pk: _in_book(book)} if book else {}
    paid = {pk: _paid(line, lines)} if line else {}
    return _told({pk: application}, books, paid, user)[pk]


def _told(
    by_id: Mapping[int, Application],
    books: Mapping[int, InBook],
    paid: Mapping[int, Paid],
    user: User,
) -> dict[int, Facts]:
    """The facts, and of those that are not shown why."""
    no_book, no_line = by_id.keys() - books.keys(), by_id.keys() - paid.keys()
    if user.has_perm(VIEW_BOOK):
        book_hidden = _elsewhere(
            BookLink, no_book, _("The carrier lists it in another agent’s book."), user
        )
    else:
        book_hidden = dict.fromkeys(no_book, _("You cannot see carriers’ books of business."))
    if user.has_perm(VIEW_LINES):
        paid_hidden = _elsewhere(LineLink, no_line, _("It was paid to another agent."), user)
    else:
        paid_hidden = dict.fromkeys(no_line, _("You cannot see commissions."))
    return {
        pk: Facts(
            application_id=pk,
            submitted=Submitted(
                one.get_source_display(), one.submitted_at, one.source_updated_at or one.updated_at
            ),
            book=books.get(pk),
            commission=paid.get(pk),
            state=one.match_state,
            state_words=one.get_match_state_display(),
            matched_at=one.matched_at,
            next_step=outcomes.next_step(one.match_state),
            book_hidden=book_hidden.get(pk, ""),
            commission_hidden=paid_hidden.get(pk, ""),
        )
        for pk, one in by_id.items()
    }


def _elsewhere(
    links: type[BookLink] | type[LineLink], ids: Collection[int], words: str, user: User
) -> dict[int, str]:
    """``words`` for the applications whose linked rows are all kept from the user."""
    if not ids or reach_of(user).sees_all:
        return {}
    linked = _LINKED.rows(links, applications=list(ids))
    return dict.fromkeys([pk for (pk,) in linked], words)


def seen_books(ids: Iterable[int], *, user: User) -> list[BookLink]:
    """The links of applications to rows of carriers' books that the user may see."""
    if not user.has_perm(VIEW_BOOK):
        return []
    return _BOOKS.rows(reach_of(user), applications=list(ids))


def _written_books(reach: Reach, *, applications: Any) -> QuerySet[BookLink]:
    links = BookLink.objects.filter(AnyOf("application", applications), state=Link.State.LINKED)
    if not reach.sees_all:
        links = links.filter(book_row__in=within(BookRow.objects.all(), reach))
    return links.select_related("book_row__carrier").order_by("pk")


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


def _newest_lines(ids: Iterable[int], user: User) -> Iterable[Any]:
    """The newest line of each application that the user may see, with the number of ``lines``."""
    if not user.has_perm(VIEW_LINES):
        return []
    return _LINES.rows(reach_of(user), applications=list(ids))


def _written_lines(reach: Reach, *, applications: Any) -> QuerySet[Any]:
    links = LineLink.objects.filter(AnyOf("application", applications), state=Link.State.LINKED)
    if not reach.sees_all:
        # A window, not a filtered count: to know which are seen, that reads every line there is.
        links = links.filter(line__in=within(CommissionLine.objects.all(), reach))
    return (
        links.annotate(lines=Window(Count("pk"), partition_by="application"))
        .order_by("application", *NEWEST_LINE)
        .distinct("application")
        .select_related("line__carrier")
    )


_BOOKS, _LINES = Written(_written_books), Written(_written_lines)
_LINKED = Written(
    lambda links, *, applications: (
        links.objects.filter(AnyOf("application", applications), state=Link.State.LINKED)
        .order_by()
        .values_list("application_id")
        .distinct()
    )
)


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
