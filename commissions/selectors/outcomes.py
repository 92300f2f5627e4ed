"""What is known of applications: submitted, in the carrier's book, paid; each with its source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Window
from django.utils.translation import gettext as _

from agencyhub.accounts.models import User
from commissions.matching import outcomes
from commissions.models import Application, BookLink, BookRow, CommissionLine, LineLink, Link

VIEW_BOOK, VIEW_LINES = "commissions.view_bookrow", "commissions.view_commissionline"


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
    """The facts of applications that ``user`` sees, by primary key. Four queries.

    Of the book row and the commission lines only those that the user may see as such.
    """
    by_id = {one.pk: one for one in applications}
    books, lines = _books(by_id, user), _lines(by_id, user)
    return {pk: _facts(one, books.get(pk), lines.get(pk)) for pk, one in by_id.items()}


def _facts(application: Application, book: InBook | str | None, paid: Paid | str | None) -> Facts:
    return Facts(
        application_id=application.pk,
        submitted=Submitted(
            application.get_source_display(),
            application.submitted_at,
            application.source_updated_at or application.updated_at,
        ),
        book=book if isinstance(book, InBook) else None,
        commission=paid if isinstance(paid, Paid) else None,
        state=application.match_state,
        state_words=application.get_match_state_display(),
        matched_at=application.matched_at,
        next_step=outcomes.next_step(application.match_state),
        book_hidden=book if isinstance(book, str) else "",
        commission_hidden=paid if isinstance(paid, str) else "",
    )


def _books(ids: Iterable[int], user: User) -> dict[int, InBook | str]:
    """The book row of each application, or why the user is not shown it."""
    if not user.has_perm(VIEW_BOOK):
        return dict.fromkeys(ids, _("You may not see carriers’ books of business."))
    links = list(
        BookLink.objects.filter(
            application__in=ids, state=Link.State.LINKED
        ).select_related("book_row__carrier")
    )  # fmt: skip
    rows = BookRow.objects.visible_to(user).filter(pk__in=[one.book_row_id for one in links])
    seen = set(rows.values_list("pk", flat=True))
    elsewhere = _("The carrier lists it in another agent’s book.")
    return {
        one.application_id: _in_book(one) if one.book_row_id in seen else elsewhere for one in links
    }


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


def _lines(ids: Iterable[int], user: User) -> dict[int, Paid | str]:
    """The newest line of each application, or why the user is not shown any."""
    if not user.has_perm(VIEW_LINES):
        return dict.fromkeys(ids, _("You may not see commissions."))
    linked = LineLink.objects.filter(application__in=ids, state=Link.State.LINKED)
    # A window, not a filtered count: to know which are seen, that reads every line there is.
    newest = (
        linked.filter(line__in=CommissionLine.objects.visible_to(user))
        .annotate(lines=Window(Count("pk"), partition_by="application"))
        .order_by("application", "-line__paid_date", "-line__statement_date", "-line")
        .distinct("application")
    )
    elsewhere = _("It was paid to another agent.")
    found: dict[int, Paid | str] = dict.fromkeys(
        linked.values_list("application", flat=True).distinct(), elsewhere
    )
    for one in newest.select_related("line__carrier"):
        found[one.application_id] = _paid(one, one.lines)
    return found


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
