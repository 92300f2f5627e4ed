"""The queue of suggestions and near ties: which applications wait, and beside what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Abs, Coalesce
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.lib import keyset
from agencyhub.lib.db import Among
from agencyhub.lib.keyset import NEWEST_FIRST, Key, KeysetPage
from agencyhub.lib.midnights import midnight
from agencyhub.records.lists import selection
from commissions.matching.reasons import Reason, in_words
from commissions.models import Application, BookLink, BookRow, CommissionLine, Decision, LineLink
from commissions.models.insured import Insured
from commissions.models.links import Link
from commissions.selectors import beside, suggested
from commissions.selectors.suggested import Key as Group

PAGE = 10
MOST_KEYS = 9
SUGGESTED, LINKED = Link.State.SUGGESTED, Link.State.LINKED
BOOK, LINE = "book", "line"
OLDEST, NEWEST, MONEY = "oldest", "newest", "money"
# The orders of the queue. Of the same money what waits longest comes first.
ORDERS = {
    OLDEST: (Key("pk"),),
    NEWEST: NEWEST_FIRST,
    MONEY: (Key("at_stake", descending=True), Key("pk")),
}


@dataclass(frozen=True)
class Candidate:
    """A book row, or the commission lines of one policy, that may belong to an application.

    ``number`` is the key that chooses it. ``ids`` are the rows that a decision about it decides.
    """

    number: int
    kind: str
    row: Insured
    ids: tuple[int, ...]
    score: float
    reasons: list[str]
    is_tied: bool = False
    amount: Decimal | None = None
    cells: list[beside.Cell] = field(default_factory=list)
    differences: list[tuple[Any, str, str]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What a form sends: "book-12"."""
        return f"{self.kind}-{self.ids[0]}"

    @property
    def is_book(self) -> bool:
        return self.kind == BOOK

    @property
    def percent(self) -> int:
        return int(self.score * 100)


@dataclass(frozen=True)
class Item:
    """An application that waits for a decision, and what it waits beside."""

    application: Application
    candidates: list[Candidate]
    rows: list[beside.FieldRow]
    hidden: int = 0

    @property
    def best(self) -> Candidate | None:
        """The candidate that is chosen until somebody chooses another; none where two tie."""
        return None if self.is_tie else self.candidates[0]

    @property
    def is_tie(self) -> bool:
        """Whether something else fits the best candidate, or the application, as well."""
        return self.candidates[0].is_tied


def waiting(user: User) -> QuerySet[Application]:
    """Applications with a suggestion of which the user sees both sides, in no order."""
    return Application.objects.visible_to(user).filter(has_suggestion(user))


def has_suggestion(user: User) -> Q:
    """That an application has a suggested book row or line which the user sees.

    Suggestions are few beside applications, and have an index of their own.
    """
    of_book = BookLink.objects.filter(
        state=SUGGESTED, book_row__in=BookRow.objects.visible_to(user)
    )
    of_line = LineLink.objects.filter(
        state=SUGGESTED, line__in=CommissionLine.objects.visible_to(user)
    )
    found = [links.order_by().values_list("application") for links in (of_book, of_line)]
    return Q(Among("pk", found[0].union(found[1], all=True)))


def read_order(text: str) -> str:
    """The order that an address names, else the usual one."""
    return text if text in ORDERS else OLDEST


def queue(
    user: User, params: Mapping[str, Any], *, key: Group | None, order: str = OLDEST
) -> KeysetPage[Application]:
    """A page of the queue; ``key`` keeps one group's."""
    rows = waiting(user).select_related("carrier", "agent")
    if key:
        rows = rows.filter(pk__in=suggested.links_of(key, user=user).values("application"))
    return _page(rows, user, params, order=order, size=PAGE)


def _page(
    rows: QuerySet[Application], user: User, params: Mapping[str, Any], *, order: str, size: int
) -> KeysetPage[Application]:
    among: QuerySet[Application] = Application.objects.visible_to(user)
    if order == MONEY:
        rows, among = _with_money(rows, user), _with_money(among, user)
    return keyset.page(rows, order=ORDERS[order], params=params, size=size, among=among)


def _with_money(rows: QuerySet[Application], user: User) -> QuerySet[Application]:
    """Add ``at_stake``: what the suggested lines of each application paid or took back."""
    suggestions = LineLink.objects.filter(
        application=OuterRef("pk"), state=SUGGESTED,
        line__in=CommissionLine.objects.visible_to(user),
    )  # fmt: skip
    sums = suggestions.order_by().values("application").annotate(sum=Sum(Abs("line__amount")))
    return rows.annotate(at_stake=Coalesce(Subquery(sums.values("sum")), Decimal()))


def progress(user: User, *, now: datetime) -> dict[str, Any]:
    """How many applications wait, in words, and how many pairs the user decided about today."""
    return {"left": left(user), "done_today": decided_today(user, now=now)}


def decided_today(user: User, *, now: datetime) -> int:
    """How many pairs the user decided about since midnight."""
    today = midnight(timezone.localdate(now))
    return Decision.objects.filter(decided_by=user, decided_at__gte=today).count()


def left(user: User) -> str:
    """How many applications wait, in words: "0", "1,204", "10,000+"."""
    number = selection.count(waiting(user))
    is_many = number is None or number > selection.COUNTED
    return f"{selection.COUNTED:,}+" if is_many else f"{number:,}"


def pairs_of(application: Application, *, key: str, user: User) -> list[tuple[str, int]]:
    """The rows that a decision about a candidate decides; without a key those of every one.

    There are none when the candidate is gone, or is one that the user does not see.
    """
    found = [one for item in items([application], user=user) for one in item.candidates]
    wanted = (one for one in found if key in ("", one.key))
    return [(one.kind, pk) for one in wanted for pk in one.ids]


def beyond(user: User, pk: int, *, order: str = OLDEST) -> Application | None:
    """The application after ``pk`` in the queue, whether or not that one still waits."""
    return next(iter(_page(waiting(user), user, {"after": str(pk)}, order=order, size=1)), None)


def before(user: User, pk: int, *, order: str = OLDEST) -> Application | None:
    """The application before ``pk`` in the queue."""
    return next(iter(_page(waiting(user), user, {"before": str(pk)}, order=order, size=1)), None)


def items(applications: Iterable[Application], *, user: User) -> list[Item]:
    """Applications beside their candidates; the number of queries does not depend on theirs."""
    found = list(applications)
    pks = [one.pk for one in found]
    book, line = _suggestions(pks, user=user)
    hidden = _hidden(pks, book, line)
    made = []
    for one in found:
        candidates = _candidates(book.get(one.pk, ()), line.get(one.pk, ()))
        if candidates:
            made.append(_item(one, candidates, hidden.get(one.pk, 0)))
    return made


def _item(application: Application, candidates: Sequence[Candidate], hidden: int) -> Item:
    rows = beside.table(application, [one.row for one in candidates])
    filled = [
        replace(
            one,
            cells=[row.others[at] for row in rows],
            differences=[
                (row.label, row.own, row.others[at].text)
                for row in rows
                if row.others[at].is_different
            ],
        )
        for at, one in enumerate(candidates)
    ]
    return Item(application, filled, rows, hidden)


BookLinks = dict[int, list[BookLink]]
LineLinks = dict[int, list[LineLink]]


def _suggestions(pks: Sequence[int], *, user: User) -> tuple[BookLinks, LineLinks]:
    """Suggested links of which the user sees the other side, by application, the best first."""
    related = ("carrier", "agent")
    book: BookLinks = defaultdict(list)
    line: LineLinks = defaultdict(list)
    of_book = BookLink.objects.filter(
        application__in=pks, state=SUGGESTED, book_row__in=BookRow.objects.visible_to(user)
    ).select_related(*(f"book_row__{one}" for one in related))
    for one in of_book.order_by("-score", "book_row"):
        book[one.application_id].append(one)
    of_line = LineLink.objects.filter(
        application__in=pks, state=SUGGESTED, line__in=CommissionLine.objects.visible_to(user)
    ).select_related(*(f"line__{one}" for one in related))
    for other in of_line.order_by("-score", "line"):
        line[other.application_id].append(other)
    return book, line


def _hidden(pks: Sequence[int], book: BookLinks, line: LineLinks) -> dict[int, int]:
    """How many suggestions of each application the user does not see."""
    counts: dict[int, int] = defaultdict(int)
    for model in (BookLink, LineLink):
        every = model._default_manager.filter(application__in=pks, state=SUGGESTED)
        for pk in every.values_list("application_id", flat=True):
            counts[pk] += 1
    return {
        pk: number - len(book.get(pk, ())) - len(line.get(pk, ())) for pk, number in counts.items()
    }


def _candidates(book: Sequence[BookLink], line: Sequence[LineLink]) -> list[Candidate]:
    """Book rows first, then commission lines: those of one policy are one candidate."""
    made = [
        _candidate(number, BOOK, one.book_row, (one.book_row_id,), one)
        for number, one in enumerate(book, 1)
    ]
    for links in _by_policy(line):
        first = links[0]
        ids = tuple(one.line_id for one in links)
        amount = sum((one.line.amount for one in links), Decimal())
        one = _candidate(len(made) + 1, LINE, first.line, ids, first)
        made.append(replace(one, amount=amount))
    return made


def _candidate(number: int, kind: str, row: Insured, ids: tuple[int, ...], link: Link) -> Candidate:
    is_tied = Reason.NEAR_TIE in link.reasons
    return Candidate(number, kind, row, ids, link.score, in_words(link.reasons), is_tied)


def _by_policy(links: Iterable[LineLink]) -> list[list[LineLink]]:
    """Lines that say the same about who and what is insured are decided about together."""
    groups: dict[tuple[Any, ...], list[LineLink]] = defaultdict(list)
    for one in links:
        row = one.line
        key = (
            row.carrier_id or row.carrier_name,
            row.policy_key,
            row.member_id,
            row.first_name_key,
            row.last_name_key,
        )
        groups[key].append(one)
    return list(groups.values())
