"""The page of a list: everything its template shows, ready."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext, ngettext

from agencyhub.lib import keyset
from agencyhub.records.lists import quick, selection, table
from agencyhub.records.lists.columns import Column, page_of
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.state import EVERYTHING, State
from agencyhub.records.lists.table import Head, Table

PANELS = ("filters", "columns")
PLACE = {"after", "before"}
ASCENDING, DESCENDING = "ascending", "descending"


@dataclass(frozen=True)
class ColumnChoice:
    """One column in the chooser."""

    key: str
    label: str
    is_shown: bool
    is_first: bool = False


@dataclass(frozen=True)
class Search:
    """A box above a list, with what was typed last."""

    name: str
    label: Any
    text: str


@dataclass
class ListPage:
    """A list as its page shows it; what costs a query is only asked when the template shows it.

    With ``related`` its rows are records with these beside them, in place of columns' values.
    """

    state: State
    params: Mapping[str, Any] = field(default_factory=dict)
    panel: str = ""
    related: tuple[str, ...] = ()

    @property
    def kind(self) -> ListKind:
        return self.state.kind

    @property
    def url(self) -> str:
        """The list without filters or view."""
        return f"{self.kind.url}?{urlencode({'view': EVERYTHING})}"

    @cached_property
    def query(self) -> str:
        return self.state.query()

    @cached_property
    def address(self) -> str:
        """The list as it is asked for, from its first page."""
        return self.state.url()

    @cached_property
    def cut(self) -> keyset.KeysetPage[Any]:
        """The rows of the page. None, with a problem noted, when no index helps to find them."""
        state = self.state
        if self.related:
            found = state.rows.select_related(*self.related)
        else:
            found = selection.values(state.rows, state.shown, user=state.user)
        how: dict[str, Any] = {
            "order": state.order,
            "params": self.params,
            # Only the place of a page is looked for among them.
            "among": self.kind.visible(state.user) if PLACE & self.params.keys() else None,
            "parts": selection.parts(self.kind, state.sort, user=state.user),
        }
        if not state.chips:  # the order's own index serves
            return keyset.page(found, **how)
        try:
            with selection.within(milliseconds=selection.PAGE_MS):
                return keyset.page(found, **how)
        except selection.TooSlowError as refusal:
            state.problems.append(refusal.message)
            return keyset.KeysetPage()

    @cached_property
    def table(self) -> Table:
        state = self.state
        return table.draw(
            self.kind,
            self.cut.rows,
            state.shown,
            lookups=state.lookups,
            heads=[_head(state, column) for column in state.shown],
            is_selectable=self.may_edit,
        )

    @cached_property
    def quick(self) -> list[quick.QuickField]:
        """The filters above the list, and its order."""
        return quick.quick_fields(self.state)

    @property
    def quick_kept(self) -> list[tuple[str, str]]:
        """What the form of the quick filters hands on besides them."""
        return quick.kept(self.state, self.quick)

    @property
    def may_edit(self) -> bool:
        return bool(self.kind.bulk) and self.state.user.has_perm(self.kind.change_permission)

    @property
    def create_url(self) -> str:
        """Where a record is added by hand; blank when that is not done here, or not allowed."""
        kind = self.kind
        may = kind.create_url_name and self.state.user.has_perm(kind.create_permission)
        return page_of(kind.create_url_name) if may else ""

    @cached_property
    def prev_url(self) -> str:
        return beside(self.address, before=self.cut.before)

    @cached_property
    def next_url(self) -> str:
        return beside(self.address, after=self.cut.after)

    @property
    def words(self) -> str:
        """How many rows there are when the page shows them all, else how many it shows."""
        shown = len(self.table)
        if self.is_whole:
            return self.kind.counted(shown)
        return ngettext("%d shown", "%d shown", shown) % shown

    @property
    def is_whole(self) -> bool:
        """Whether the page shows every row that there is."""
        return self.cut.before is None and self.cut.after is None

    @property
    def count_url(self) -> str:
        return with_params(self.address, count=1)

    def panel_url(self, name: str) -> str:
        """The list with a panel open, or closed when it is open."""
        return self.address if self.panel == name else with_params(self.address, panel=name)

    @property
    def filters_url(self) -> str:
        return self.panel_url("filters")

    @property
    def columns_url(self) -> str:
        return self.panel_url("columns")

    @property
    def shows_every_column(self) -> bool:
        return len(self.state.columns) == len(self.state.known_columns)

    @property
    def export_url(self) -> str:
        return with_params(page_of("records:list_export", self.kind.key), state=self.query)

    @property
    def save_url(self) -> str:
        return with_params(page_of("records:savedview_create", self.kind.key), state=self.query)

    @property
    def views_url(self) -> str:
        """Where the saved views of the list are."""
        return page_of("records:savedview_list", self.kind.key)

    @property
    def choose_columns_url(self) -> str:
        """Where the chosen columns are sent."""
        return page_of("records:list_columns", self.kind.key)

    @property
    def bulk_url(self) -> str:
        """Where a bulk edit begins."""
        return page_of("records:bulkedit_start", self.kind.key)

    @property
    def view_name(self) -> str:
        view = self.state.view
        if view is None:
            return gettext("All")
        return view.name or gettext("Not saved")

    @property
    def is_own_view(self) -> bool:
        view = self.state.view
        return view is not None and bool(view.name) and view.owner_id == self.state.user.pk

    @cached_property
    def panel_fields(self) -> list[Any]:
        """The filters that may stand in an address; those with many choices first."""
        found = self._fields
        shown = [field for one, field in found if not one.is_private and not one.is_linked]
        return sorted(shown, key=lambda field: field.layout != "group")

    @property
    def searches(self) -> list[Search]:
        """What stands above the list and tells who somebody is: sent by POST, each by itself."""
        state = self.state
        return [
            Search(name, one.label, "".join(state.filters.get(name, [])[:1]))
            for name, one in state.filterset.filters.items()
            if one.is_private and one.is_quick
        ]

    @cached_property
    def private_fields(self) -> list[Any]:
        return [field for one, field in self._fields if one.is_private]

    @property
    def _fields(self) -> list[tuple[Any, Any]]:
        chosen = self.state.filterset
        return [(one, chosen.form[name]) for name, one in chosen.filters.items()]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the panel's form hands on besides the filters."""
        state = self.state
        kept = [("view", str(state.view.pk))] if state.view else []
        for name, one in state.filterset.filters.items():
            kept += [(name, text) for text in state.filters.get(name, ()) if one.is_linked]
        if state.chosen_columns:
            kept.append(("columns", ",".join(state.chosen_columns)))
        return [*kept, ("sort", state.sort)]

    @cached_property
    def column_choices(self) -> list[ColumnChoice]:
        """The columns on the page in their order, then the others."""
        title = self.kind.title_column
        shown = [key for key in self.state.columns if key != title]
        rest = [key for key in self.state.known_columns if key not in {title, *shown}]
        known = self.state.known_columns
        return [
            ColumnChoice(key, str(known[key].label), key in shown, key in shown[:1])
            for key in [*shown, *rest]
        ]


def _head(state: State, column: Column) -> Head:
    if not column.sort:
        return Head(str(column.label), column.css)
    current, is_turned = state.sort.removeprefix("-"), state.sort.startswith("-")
    is_current = current == column.sort
    to = f"-{column.sort}" if is_current and not is_turned else column.sort
    turned = (DESCENDING if is_turned else ASCENDING) if is_current else ""
    return Head(str(column.label), column.css, state.url(sort=to), turned)


def count_words(count: int | None) -> str:
    """How many rows match, as far as they were counted."""
    if count is None:
        return gettext("Too many to count quickly")
    if count > selection.COUNTED:
        return gettext("more than %s match") % f"{selection.COUNTED:,}"
    return ngettext("%s matches", "%s match", count) % f"{count:,}"


def beside(url: str, **place: int | None) -> str:
    """The page ``before`` or ``after`` a row of a list; blank without one."""
    ((way, pk),) = place.items()
    return with_params(url, **{way: pk}) if pk else ""


def with_params(url: str, **more: Any) -> str:
    """The address with more in its query."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(more)}"
