"""What an app declares about one of its lists; everything else follows from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, QuerySet

from agencyhub.accounts.models import User
from agencyhub.lib.keyset import Key
from agencyhub.records.lists.columns import Column, of_custom, page_of
from agencyhub.records.lists.lookups import Lookups

if TYPE_CHECKING:
    from agencyhub.records.lists.changes import BulkField
    from agencyhub.records.lists.filtersets import ListFilters


@dataclass(frozen=True)
class Sort:
    """An order that an index serves; ``-key`` in an address turns it round.

    ``needs`` is a filter, by name and value, that the order brings along unless another value is
    chosen: rows without anything to sort by have no place in it. ``is_by_agent`` says that an index
    serves the order within the rows of one agent as well.
    """

    key: str
    label: Any
    turned_label: Any
    order: tuple[Key, ...]
    needs: tuple[str, str] | None = None
    is_by_agent: bool = False

    def keys(self, *, is_turned: bool) -> tuple[Key, ...]:
        """The columns of the order, or of the order turned round."""
        if not is_turned:
            return self.order
        return tuple(Key(one.name, descending=not one.descending) for one in self.order)


@dataclass(frozen=True)
class Lock:
    """Rows that a bulk edit leaves alone, and why."""

    rows: Q
    reason: Any


@dataclass(frozen=True)
class ListKind:
    """One list of records.

    ``visible`` answers the rows that a user may see: every page, count, export and bulk edit
    starts from it, or with ``is_reach``, which says that it leaves out nothing but what is out of
    reach and what does not fit ``only``, from the user's book where that is found sooner. In small
    books are few rows of an ``is_sparse`` list. ``title_column`` is always shown, first.
    ``custom_target`` adds the agency's own fields as columns and filters. ``on_export`` is told
    which records somebody takes out.
    """

    key: str
    title: Any
    noun: Any
    nouns: Any
    model: type[Model]
    url_name: str
    view_permission: str
    change_permission: str
    visible: Callable[[User], QuerySet[Any]]
    title_column: str
    columns: tuple[Column, ...]
    default_columns: tuple[str, ...]
    filters: "type[ListFilters]"
    sorts: tuple[Sort, ...]
    default_sort: str
    bulk: "Sequence[BulkField]" = ()
    locks: Sequence[Lock] = ()
    custom_target: str = ""
    is_reach: bool = False
    only: Q = field(default_factory=Q)
    is_sparse: bool = False
    icon: str = "list"
    empty_text: Any = ""
    create_label: Any = ""
    create_url_name: str = ""
    create_permission: str = ""
    on_export: Callable[[User, Sequence[int]], None] | None = None
    more_filters: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def url(self) -> str:
        return page_of(self.url_name)

    def columns_for(self, lookups: Lookups) -> Mapping[str, Column]:
        """Every column that the user may choose, by key."""
        custom = (of_custom(one) for one in lookups.custom_fields(self.custom_target))
        return {one.key: one for one in (*self.columns, *custom)}

    def with_title(self, keys: list[str]) -> list[str]:
        """Columns with the record's name first: without it a row leads nowhere."""
        title = self.title_column
        return [title, *(key for key in keys if key != title)] if keys else []

    def sort(self, text: str) -> tuple[Sort, bool] | None:
        """The order that ``name`` or ``-name`` means, and whether it is turned round."""
        key = text.removeprefix("-")
        found = next((one for one in self.sorts if one.key == key), None)
        return (found, text.startswith("-")) if found else None

    def order(self, text: str) -> tuple[Key, ...]:
        """The columns to sort by; for anything that is no order of this list its usual one."""
        sort, is_turned = self.sort(text) or self.sort(self.default_sort)  # type: ignore[misc]
        return sort.keys(is_turned=is_turned)

    def counted(self, number: int) -> str:
        """ "412 Individuals"."""
        return f"{number:,} {self.noun if number == 1 else self.nouns}"
