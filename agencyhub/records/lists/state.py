"""What an address says about a list: view, filters, columns and order, with what is wrong in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext, gettext_lazy

from agencyhub.accounts.models import User
from agencyhub.lib.keyset import Key
from agencyhub.lib.pks import read_pk
from agencyhub.records.lists import chosen, selection
from agencyhub.records.lists.chosen import Chosen
from agencyhub.records.lists.columns import Column
from agencyhub.records.lists.filters import ListFilter
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.lookups import Lookups
from agencyhub.records.lists.models import ListChoice, SavedView, choice_of
from agencyhub.records.lists.registry import RESERVED

EVERYTHING = "all"
NOTHING_SHOWN = gettext_lazy("Nothing is shown until it is corrected.")


@dataclass(frozen=True)
class Chip:
    """One filter in words; ``url`` is the list without it."""

    label: str
    words: str
    url: str
    is_private: bool = False


@dataclass
class State:
    """How a list is asked for.

    ``filters`` are those of the view under those of the address, without blanks. ``problems`` name
    every part of the address that was not understood; ``is_broken`` when one of them is a filter:
    then no row is shown, since leaving it out would show more than was asked for.
    """

    kind: ListKind
    lookups: Lookups
    view: SavedView | None = None
    filters: Chosen = field(default_factory=dict)
    named_columns: list[str] = field(default_factory=list)
    chosen_columns: list[str] = field(default_factory=list)
    sort: str = ""
    problems: list[str] = field(default_factory=list)
    is_broken: bool = False
    is_explicit: bool = False

    @property
    def user(self) -> User:
        return self.lookups.user

    @cached_property
    def filterset(self) -> ListFilters:
        """The list's filters, filled with ``filters`` by ``read``."""
        return selection.filterset(self.kind, self.filters, lookups=self.lookups)

    @property
    def rows(self) -> Any:
        """The rows within the user's reach that fit, in no order."""
        found = self.filterset.qs
        return found.none() if self.is_broken else found

    def count(self) -> int | None:
        """Of ``selection``; all that is in reach is counted from the agents' side."""
        is_all = self.kind.is_reach and not self.kind.only and not self.filters
        if is_all and not self.is_broken:
            return selection.count_reached(self.kind, user=self.user)
        return selection.count(self.rows)

    @cached_property
    def chips(self) -> list[Chip]:
        """What the list is filtered by, in words, each with the address of the list without it."""
        found = []
        for name, texts in self.filters.items():
            one = self.filterset.filters[name]
            if texts != [one.default]:
                rest = {other: kept for other, kept in self.filters.items() if other != name}
                words = one.words(texts)
                found.append(Chip(str(one.label), words, self.url(filters=rest), one.is_private))
        return found

    def in_words(self) -> list[str]:
        """The filters for a log: without the names and days that tell who somebody is."""
        hidden = gettext("(not noted)")
        return [f"{one.label}: {hidden if one.is_private else one.words}" for one in self.chips]

    @cached_property
    def choice(self) -> ListChoice:
        """What the user chose last for the list."""
        return choice_of(self.kind.key, user=self.user)

    @property
    def order(self) -> tuple[Key, ...]:
        return self.kind.order(self.sort)

    @cached_property
    def known_columns(self) -> Mapping[str, Column]:
        return self.kind.columns_for(self.lookups)

    @cached_property
    def columns(self) -> list[str]:
        """The columns of the address, else of the view, else those chosen last, else the usual.

        What was chosen last is asked of the database, and only for who shows columns.
        """
        if self.named_columns:
            return self.named_columns
        last = self.choice.columns or self.kind.default_columns
        return self.kind.with_title([key for key in last if key in self.known_columns])

    @property
    def shown(self) -> list[Column]:
        """The columns of the page, in order; the first is the record's name."""
        return [self.known_columns[key] for key in self.columns]

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the usual choices narrows the list."""
        return self.filters != chosen.usual(self.filterset.filters)

    @property
    def differs_from_view(self) -> bool:
        """Whether the view as it is saved would show something else."""
        view = self.view
        if view is None:
            return False
        columns = self.chosen_columns
        return (
            self.filters != chosen.with_defaults(self.filterset.filters, view.filters)
            or self.sort != (view.sort or self.kind.default_sort)
            or bool(columns and columns != view.columns)
        )

    def query(self, **changes: Any) -> str:
        """The address of this list, or of one that differs in ``filters``, ``columns`` or ``sort``.

        Private values stay with the view that holds them.
        """
        view = changes.get("view", self.view)
        filters: Chosen = changes.get("filters", self.filters)
        params = QueryDict(mutable=True)
        if view is not None:
            params["view"] = str(view.pk)
        kept = view.filters if view is not None else {}
        told = chosen.for_address(self.filterset.filters, filters, kept=kept)
        for name, texts in told.items():
            params.setlist(name, texts)
        columns = changes.get("columns", self.chosen_columns)
        if columns and columns != (view.columns if view else []):
            params["columns"] = ",".join(columns)
        sort = changes.get("sort", self.sort)
        usual = (view.sort if view else "") or self.kind.default_sort
        if sort != usual:
            params["sort"] = sort
        if not params and self.is_explicit:
            params["view"] = EVERYTHING  # the bare address opens with the user's usual view
        return params.urlencode(safe=",")

    def url(self, **changes: Any) -> str:
        """The address with the path."""
        query = self.query(**changes)
        return f"{self.kind.url}?{query}" if query else self.kind.url


def read(kind: ListKind, params: QueryDict, *, user: User) -> State:
    """Read an address.

    Raises:
        Http404: it names a view that does not exist, or that the user may not read.
    """
    state = State(kind, Lookups(user), is_explicit=bool(params.keys() - {"panel", "count"}))
    state.view = _view(kind, params, user=user)
    saved = state.view.filters if state.view else {}
    filters = state.filterset.filters
    state.filters = _merge(state, filters, saved, params)
    _add_needed(state, params)
    state.filterset.fill(state.filters)
    _name_strangers(state, filters, params)
    _check_filters(state)
    state.sort = _sort(state, params)
    _take_columns(state, params)
    return state


def posted(kind: ListKind, sent: QueryDict, *, user: User, name: str = "state") -> State:
    """``read`` the list that a form was sent from: the form's field ``name`` has its address."""
    return read(kind, QueryDict(sent.get(name, "")), user=user)


def _view(kind: ListKind, params: QueryDict, *, user: User) -> SavedView | None:
    asked = params.get("view", "")
    if not asked or asked == EVERYTHING:
        return None
    views = SavedView.objects.readable_by(user).filter(list_key=kind.key)
    found = views.select_related("owner").filter(pk=read_pk(asked) or 0).first()
    if found is None:
        raise Http404
    return found


def _merge(
    state: State, filters: Mapping[str, ListFilter], saved: Chosen, params: QueryDict
) -> Chosen:
    """The filters of the view, each replaced by what the address says of it."""
    own, private = chosen.said(filters, params)
    for name in private:
        told = gettext("“%s” must not stand in an address: use the filter panel.")
        state.problems.append(told % filters[name].label)
        state.is_broken = True
    return chosen.with_defaults(filters, {**saved, **own})


def _add_needed(state: State, params: QueryDict) -> None:
    """Filter by what the order needs, for everybody to see."""
    text = params.get("sort", "") or (state.view.sort if state.view else "")
    found = state.kind.sort(text)
    if found and found[0].needs:
        name, value = found[0].needs
        state.filters.setdefault(name, [value])


def _name_strangers(state: State, filters: Mapping[str, Any], params: QueryDict) -> None:
    for name in params:
        if name not in filters and name not in RESERVED:
            told = gettext("This list has no filter “%s”: it was left out.")
            state.problems.append(told % name[:40])
    for name in state.view.filters if state.view else ():
        if name not in filters:
            told = gettext("The view filters by “%s”, which no longer exists: nothing is shown.")
            state.problems.append(told % name)
            state.is_broken = True


def _check_filters(state: State) -> None:
    filters = state.filterset.filters
    for name, errors in state.filterset.errors.items():
        named = f"{filters[name].label} ({name}): {errors[0]}"
        state.problems.append(f"{named} {NOTHING_SHOWN}")
        state.is_broken = True
    readable = [name for name in state.filters if name not in state.filterset.errors]
    for name in readable:
        for text in filters[name].gone(state.filters[name]):
            told = gettext("%(label)s (%(name)s): the value %(text)s no longer exists.")
            values = {"label": filters[name].label, "name": name, "text": text[:40]}
            state.problems.append(told % values)


def _sort(state: State, params: QueryDict) -> str:
    saved = state.view.sort if state.view else ""
    asked = params.get("sort", "")
    for text in filter(None, (asked, saved)):
        if state.kind.sort(text):
            return text
        state.problems.append(gettext("This list cannot be sorted by “%s”.") % text[:40])
    return state.kind.default_sort


def _take_columns(state: State, params: QueryDict) -> None:
    """The columns that the address or the view names."""
    asked = [key for text in params.getlist("columns") for key in text.split(",") if key]
    if asked:
        state.chosen_columns = state.kind.with_title(_known(state, asked))
    saved = state.view.columns if state.view else []
    state.named_columns = state.chosen_columns or state.kind.with_title(_known(state, saved))


def _known(state: State, keys: Iterable[str]) -> list[str]:
    known = []
    for key in dict.fromkeys(keys):
        if key in state.known_columns:
            known.append(key)
        else:
            state.problems.append(gettext("This list has no column “%s”.") % key[:40])
    return known
