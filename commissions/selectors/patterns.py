"""Unmatched applications in groups that have something in common, found by the database."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)  # fmt: skip
from django.db.models.lookups import GreaterThan

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import whole_book
from agencyhub.lib.db import CappedCount
from commissions.matching import outcomes, patterns
from commissions.models import Application, BookLink, BookRow, CommissionLine
from commissions.models.links import Link
from policies.models import Carrier

MOST_SHARES = 400
ENDED = (BookRow.Status.CANCELLED, BookRow.Status.TERMINATED, BookRow.Status.DECEASED)
_OF_STATE = {
    outcomes.NOT_FOUND, outcomes.AMBIGUOUS, outcomes.COMMISSION_WITHOUT_BOOK,
}  # fmt: skip


@dataclass(frozen=True)
class Share:
    """The part of a group that one carrier has; ``query`` opens exactly these."""

    name: str
    count: int
    day: date | None
    query: str


@dataclass(frozen=True)
class Group:
    """Applications that are unmatched for one reason; ``query`` opens exactly these."""

    code: str
    count: int
    words: patterns.Words
    query: str
    shares: list[Share]


@dataclass(frozen=True)
class Freshness:
    """Until which day each carrier's book and statements tell, by the carrier's key.

    It is about files, not about rows: everybody may know how old the newest one is.
    """

    books: Mapping[int, date | None]
    statements: Mapping[int, date | None]


def freshness() -> Freshness:
    """Ask once per page: two queries that look up the newest day of each carrier."""
    return Freshness(_newest(BookRow, "as_of_date"), _newest(CommissionLine, "statement_date"))


def _newest(model: type[BookRow | CommissionLine], day: str) -> dict[int, date | None]:
    """The newest day of each carrier that has rows; a maximum by group would read all of them."""
    rows = model._default_manager.filter(carrier=OuterRef("pk"))
    dated = rows.filter(**{f"{day}__isnull": False}).order_by(f"-{day}").values(day)[:1]
    found = Carrier.objects.order_by().filter(Exists(rows)).annotate(day=Subquery(dated))
    return dict(found.values_list("pk", "day"))


def unmatched(user: User) -> QuerySet[Application]:
    """Applications that miss their book row, their commission or a decision."""
    return whole_book(Application, user=user).filter(match_state__in=patterns.UNMATCHED)


def with_pattern(rows: QuerySet[Application], fresh: Freshness) -> QuerySet[Any]:
    """Add ``pattern``, the first rule that fits; None where none does."""
    conditions = _conditions(fresh)
    dated = rows.annotate(book_day=_days(fresh.books), statement_day=_days(fresh.statements))
    cases = [When(conditions[code], then=Value(code)) for code in patterns.ORDER]
    return dated.annotate(pattern=Case(*cases, output_field=CharField()))


def of_codes(codes: Sequence[str]) -> Q:
    """The applications of some groups, as a condition on their keys: what a door opens."""
    rows = Application.objects.filter(match_state__in=patterns.UNMATCHED)
    return Q(pk__in=with_pattern(rows, freshness()).filter(pattern__in=codes).values("pk"))


def shares(user: User) -> list[dict[str, Any]]:
    """How many applications each group has of each carrier, as ``grouped`` takes them."""
    fresh = freshness()
    # What a source calls an unknown carrier; the words of another rule are blank.
    needs = Q(carrier__isnull=True, match_state__in=_OF_STATE)
    unnamed = Case(When(needs, then=F("carrier_name")), default=Value(""))
    found = with_pattern(unmatched(user), fresh).order_by()
    counted = found.values("pattern", "carrier", said=unnamed).annotate(count=Count("pk"))
    rows = list(counted.order_by("-count", "pattern", "carrier", "said")[:MOST_SHARES])
    return [{**row, "day": _day(row, fresh)} for row in rows]


def grouped(rows: Sequence[Mapping[str, Any]]) -> list[Group]:
    """Shares as groups, the largest first."""
    names = dict(Carrier.objects.values_list("pk", "name"))
    found: dict[str, list[Share]] = defaultdict(list)
    for row in rows:
        found[row["pattern"]].append(_share(row, names))
    made = [_group(code, of_code) for code, of_code in found.items()]
    return sorted(made, key=lambda one: (-one.count, patterns.ORDER.index(one.code)))


def groups(user: User) -> list[Group]:
    """The groups of what the user sees, the largest first."""
    return grouped(shares(user))


def _day(row: Mapping[str, Any], fresh: Freshness) -> date | None:
    if row["pattern"] in patterns.OF_BOOK:
        return fresh.books.get(row["carrier"])
    if row["pattern"] in patterns.OF_STATEMENT:
        return fresh.statements.get(row["carrier"])
    return None


def _share(row: Mapping[str, Any], names: Mapping[int, str]) -> Share:
    code, carrier_id = row["pattern"], row["carrier"]
    name = names.get(carrier_id) or (f"“{row['said']}”" if row["said"] else "")
    query = f"pattern={code}" + (f"&carrier={carrier_id}" if carrier_id else "")
    return Share(name, row["count"], row["day"], query)


def _group(code: str, shares: list[Share]) -> Group:
    count = sum(one.count for one in shares)
    carriers = [one.name for one in shares if one.name]
    said = patterns.words(code, count=count, carriers=carriers, day=shares[0].day)
    return Group(code, count, said, f"pattern={code}", shares if len(carriers) > 1 else [])


def _days(days: Mapping[int, date | None]) -> Case:
    """The day of each row's carrier; None where there is no file."""
    cases = [When(carrier=pk, then=Value(day)) for pk, day in days.items() if day]
    return Case(*cases, output_field=DateField())


def _conditions(fresh: Freshness) -> dict[str, Q]:
    """When each rule fits. Every application of ``UNMATCHED`` fits one of the last of its state."""
    needs_book = Q(match_state__in=_OF_STATE)
    issue = Q(match_state=outcomes.COMMISSION_ISSUE)
    no_number = Q(policy_number="", confirmation_number="")
    says_nothing = needs_book & Q(mbi_tail="", date_of_birth__isnull=True) & no_number
    ambiguous = Q(match_state=outcomes.AMBIGUOUS)
    return {
        patterns.CARRIER_BLANK: needs_book & Q(carrier__isnull=True, carrier_name=""),
        patterns.CARRIER_UNKNOWN: needs_book & Q(carrier__isnull=True),
        patterns.WITHHELD: says_nothing & Q(sharing=Application.Sharing.LIMITED),
        patterns.BARE: says_nothing,
        patterns.TIED: ambiguous,
        patterns.NO_BOOK: needs_book & ~Q(carrier__in=list(fresh.books)),
        patterns.BOOK_OLD: needs_book & Q(submitted_at__date__gt=F("book_day")),
        patterns.OTHER_DETAILS: needs_book & _stands_in_a_book(),
        patterns.NOT_EFFECTIVE: needs_book & Q(effective_date__gt=F("book_day")),
        patterns.NOT_LISTED: needs_book,
        patterns.ENDED: issue & _book_says(ENDED),
        patterns.NO_STATEMENT: issue & ~Q(carrier__in=list(fresh.statements)),
        patterns.NOT_DUE: issue & Q(effective_date__gt=F("statement_day")),
        patterns.NOT_PAID: issue,
    }


def _stands_in_a_book() -> Q:
    """The database looks numbers up one by one, or all at once, by how many there are."""
    same = BookRow.objects.filter(policy_key=OuterRef("policy_key")).exclude(policy_key="")
    return Q(Exists(same))


def _book_says(statuses: Sequence[str]) -> Q:
    """Looked up application by application: the database would read every book row for it."""
    linked = BookLink.objects.filter(application=OuterRef("pk"), state=Link.State.LINKED)
    ended = linked.filter(book_row__status__in=statuses).order_by()
    return Q(GreaterThan(CappedCount(ended, limit=0), 0))
