"""What carriers list or pay and nobody applied for here: in groups, with the next step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from agencyhub.accounts.models import User
from commissions.matching import unapplied as rules
from commissions.models import Application, BookLink, BookRow, CommissionLine, Line, LineLink
from commissions.models.links import Link
from policies.models import Carrier

MOST_GROUPS = 30
ENDED = (BookRow.Status.CANCELLED, BookRow.Status.TERMINATED, BookRow.Status.DECEASED)
First = Mapping[int, Any]
Shares = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Group:
    """Rows of one carrier without an application, for one reason."""

    code: str
    count: int
    amount: Decimal | None
    words: rules.Words
    query: str


def first_applications() -> First:
    """From which effective date on applications are here, by carrier; no row is shown of it."""
    dated = Application.objects.filter(carrier__isnull=False, effective_date__isnull=False)
    firsts = dated.values("carrier").annotate(day=Min("effective_date"))
    return dict(firsts.values_list("carrier", "day"))


def lines(user: User) -> QuerySet[CommissionLine]:
    """Commission lines that count and belong to no application."""
    linked = LineLink.objects.filter(line=OuterRef("pk"), state=Link.State.LINKED)
    return CommissionLine.objects.visible_to(user).counting().filter(~Exists(linked))


def book_rows(user: User) -> QuerySet[BookRow]:
    """Book rows that belong to no application."""
    linked = BookLink.objects.filter(book_row=OuterRef("pk"), state=Link.State.LINKED)
    return BookRow.objects.visible_to(user).filter(~Exists(linked))


def line_groups(user: User) -> list[Group]:
    """Cash without an application, the largest sum first."""
    return grouped_lines(line_shares(user))


def book_groups(user: User) -> list[Group]:
    """Members for whom no application is here, the largest group first."""
    return grouped_book(book_shares(user))


def line_shares(user: User) -> Shares:
    """How many lines, and how much cash, each group has, as ``grouped_lines`` takes them."""
    found = _grouped(lines(user), _of_lines).annotate(amount=Sum("amount"))
    return list(found.order_by("-amount", "reason", "carrier")[:MOST_GROUPS])


def book_shares(user: User) -> Shares:
    """How many members each group has, as ``grouped_book`` takes them."""
    found = _grouped(book_rows(user), _of_book)
    return list(found.order_by("-count", "reason", "carrier")[:MOST_GROUPS])


def grouped_lines(shares: Shares) -> list[Group]:
    """Groups of cash in the reader's words."""
    return _groups(shares, rules.line_words)


def grouped_book(shares: Shares) -> list[Group]:
    """Groups of members in the reader's words."""
    return _groups(shares, rules.book_words)


def with_reason(rows: QuerySet[Any], conditions: Callable[[First], list[tuple[str, Q]]]) -> Any:
    """Add ``reason``: the first rule that fits."""
    cases = [When(one, then=Value(code)) for code, one in conditions(first_applications())]
    return rows.annotate(reason=Case(*cases, output_field=CharField()))


def _grouped(rows: QuerySet[Any], conditions: Callable[[First], list[tuple[str, Q]]]) -> Any:
    reasons = with_reason(rows, conditions)
    return reasons.order_by().values("reason", "carrier").annotate(count=Count("pk"))


def _groups(rows: Shares, words: Callable[..., rules.Words]) -> list[Group]:
    names = dict(Carrier.objects.values_list("pk", "name"))
    made = []
    for row in rows:
        code, amount = row["reason"], row.get("amount")
        carrier = names.get(row["carrier"], "")
        query = f"unapplied={code}"
        if row["carrier"]:
            query += f"&carrier={row['carrier']}"
        said = words(code, count=row["count"], amount=amount, carrier=carrier)
        made.append(Group(code, row["count"], amount, said, query))
    return made


def _before(first: First) -> Q:
    """Older than the first application of the carrier, or of a carrier without any."""
    before = ~Q(carrier__in=list(first))
    for pk, day in first.items():
        before |= Q(carrier=pk, effective_date__lt=day)
    return before


def _names_nobody() -> Q:
    return Q(policy_number="", member_id="", application_number="", last_name="", mbi_tail="")


def _same_policy(others: QuerySet[Any]) -> Q:
    """That the number stands in another ledger as well."""
    same = others.filter(policy_key=OuterRef("policy_key")).exclude(policy_key="")
    return Q(Exists(same))


def _of_lines(first: First) -> list[tuple[str, Q]]:
    return [
        (rules.NO_POLICY, _names_nobody()),
        (rules.CARRIER_UNKNOWN, Q(carrier__isnull=True)),
        (rules.UNSUPPORTED, Q(line=Line.OTHER)),
        (rules.BEFORE, _before(first)),
        (rules.IN_BOTH, _same_policy(BookRow.objects.all())),
        (rules.ALONE, Q(pk__gt=0)),
    ]


def _of_book(first: First) -> list[tuple[str, Q]]:
    return [
        (rules.CARRIER_UNKNOWN, Q(carrier__isnull=True)),
        (rules.UNSUPPORTED, Q(line=Line.OTHER)),
        (rules.ENDED, Q(status__in=ENDED)),
        (rules.BEFORE, _before(first)),
        (rules.IN_BOTH, _same_policy(CommissionLine.objects.counting())),
        (rules.ALONE, Q(pk__gt=0)),
    ]


def of_lines(codes: Sequence[str]) -> Q:
    """The lines of some groups, as a condition on their keys: what a door opens."""
    rows = with_reason(CommissionLine.objects.all(), _of_lines)
    linked = LineLink.objects.filter(line=OuterRef("pk"), state=Link.State.LINKED)
    return Q(pk__in=rows.filter(~Exists(linked), reason__in=codes).values("pk"))


def of_book(codes: Sequence[str]) -> Q:
    """The book rows of some groups, as a condition on their keys."""
    rows = with_reason(BookRow.objects.all(), _of_book)
    linked = BookLink.objects.filter(book_row=OuterRef("pk"), state=Link.State.LINKED)
    return Q(pk__in=rows.filter(~Exists(linked), reason__in=codes).values("pk"))
