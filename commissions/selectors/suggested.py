"""Suggestions that look alike: one carrier, one set of reasons, one candidate each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.pks import read_pk
from agencyhub.lib.retelling import retell
from commissions.matching import patterns
from commissions.matching.reasons import AGAINST, Reason, in_words
from commissions.models import Application, BookLink, BookRow, CommissionLine, LineLink
from commissions.models.links import Link
from policies.models import Carrier

BOOK, LINE = "book", "line"
MOST_GROUPS = 30
MOST_AT_ONCE = 200
"""So many are accepted in one act: each of them is decided like one in the queue."""
COMPARED = 300
_ROWS: Mapping[str, tuple[type[Any], str, type[Any]]] = {
    BOOK: (BookLink, "book_row", BookRow),
    LINE: (LineLink, "line", CommissionLine),
}


@dataclass(frozen=True)
class Key:
    """Which group: ``kind`` of row, carrier of the application, codes of the reasons."""

    kind: str
    carrier_id: int | None
    codes: tuple[int, ...]

    @property
    def text(self) -> str:
        """For an address: "book.12.10-30-40"."""
        return f"{self.kind}.{self.carrier_id or 0}.{'-'.join(map(str, self.codes))}"


@dataclass(frozen=True)
class Group:
    """Suggestions that can be accepted together."""

    key: Key
    count: int
    sentence: str
    reasons: list[str]
    scope: str


def read_key(text: str) -> Key | None:
    """The key that an address names, or None."""
    kind, _, rest = text.partition(".")
    carrier, _, codes = rest.partition(".")
    known = {str(int(one)): int(one) for one in Reason}
    found = codes.split("-")
    if kind not in _ROWS or not known.keys() >= set(found):
        return None
    return Key(kind, read_pk(carrier), tuple(known[one] for one in found))


def single(kind: str, *, user: User) -> QuerySet[Any]:
    """Suggested links without a rival: nothing else is suggested to either side."""
    model, column, rows = _ROWS[kind]
    same_state = model._default_manager.filter(state=Link.State.SUGGESTED)
    others = same_state.exclude(pk=OuterRef("pk"))
    alone = Q(~Exists(others.filter(**{column: OuterRef(column)})))
    if kind == BOOK:
        alone &= Q(~Exists(others.filter(application=OuterRef("application"))))
    links: QuerySet[Any] = same_state.filter(
        alone,
        ~Q(reasons__contains=[Reason.NEAR_TIE]),
        application__in=Application.objects.visible_to(user),
        **{f"{column}__in": rows.objects.visible_to(user)},
    )
    return links


def links_of(key: Key, *, user: User) -> QuerySet[Any]:
    """The suggestions of a group, of which the user sees both sides."""
    return single(key.kind, user=user).filter(
        application__carrier=key.carrier_id, reasons=list(key.codes)
    )


def groups(user: User) -> list[Group]:
    """The largest groups, of book rows and of commission lines."""
    names = dict(Carrier.objects.values_list("pk", "name"))
    found = []
    for kind in _ROWS:
        counted = single(kind, user=user).values("application__carrier", "reasons")
        rows = counted.annotate(count=Count("pk")).filter(count__gt=1)
        for row in rows.order_by("-count", "application__carrier", "reasons")[:MOST_GROUPS]:
            key = Key(kind, row["application__carrier"], tuple(row["reasons"]))
            found.append(_group(key, row["count"], names, user=user))
    return sorted(found, key=lambda one: (-one.count, one.key.text))


def _group(key: Key, count: int, names: Mapping[int, str], *, user: User) -> Group:
    carrier = names.get(key.carrier_id or 0, gettext("unknown carrier"))
    is_book = key.kind == BOOK
    how = patterns.common_difference(_numbers(key, user=user))
    how = how or _difference(key.codes)
    said = (
        gettext("%(count)s suggested book rows: all %(alike)s.")
        if is_book
        else gettext("%(count)s suggested commission lines: all %(alike)s.")
    )
    sentence = said % {"count": f"{count:,}", "alike": ", ".join(filter(None, (carrier, how)))}
    now = min(count, MOST_AT_ONCE)
    said = (
        gettext("Links %(now)s book rows, each to the one application it is suggested for.")
        if is_book
        else gettext("Links %(now)s commission lines, each to the one it is suggested for.")
    )
    scope = said % {"now": f"{now:,}"}
    if count > now:
        rest = gettext("The other %(rest)s wait for the next time.") % {"rest": f"{count - now:,}"}
        scope = f"{scope} {rest}"
    return Group(key, count, sentence, in_words(key.codes), scope)


def _difference(codes: Sequence[int]) -> str:
    """What speaks against them all, in a few words; blank when nothing does."""
    against = in_words(code for code in codes if code in AGAINST)
    return ", ".join(retell(one.removeprefix("But ")) for one in against)


def _numbers(key: Key, *, user: User) -> list[tuple[str, str]]:
    """The numbers of both sides, of so many pairs as tell what all have in common."""
    _model, column, _rows = _ROWS[key.kind]
    own = Coalesce(
        NullIf("application__policy_number", Value("")), F("application__confirmation_number")
    )
    links = links_of(key, user=user).order_by("pk")
    return list(links.values_list(own, f"{column}__policy_number")[:COMPARED])
