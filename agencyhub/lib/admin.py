"""What every page of the Django admin shares: private search, quick lists, quiet pickers.

What somebody types into a search box may be a name or an MBI, so it never gets into a URL: the box
posts it, the session keeps it sealed, and the URL carries a mark that only this session can read.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.text import capfirst

from agencyhub.lib import crypto
from agencyhub.lib.forms import DateInput
from agencyhub.lib.pks import read_pk

MARK = "~"
SESSION_KEY = "admin_searches"
PURPOSE = "session.admin_searches"
KEPT = 20
MOST_COUNTED = 10_000
LONGEST_TERM = 100


def remember_term(request: HttpRequest, term: str) -> str:
    """Keep a search text, sealed, in the session; answer the mark that stands for it in URLs."""
    kept: dict[str, str] = request.session.get(SESSION_KEY, {})
    mark = MARK + secrets.token_urlsafe(6)
    sealed = crypto.key_ring().seal(term[:LONGEST_TERM].encode(), purpose=PURPOSE)
    newest = [*kept.items(), (mark, sealed.hex())][-KEPT:]
    request.session[SESSION_KEY] = dict(newest)
    return mark


def term_of(request: HttpRequest, mark: str) -> str:
    """The text behind a mark; a mark of another session means nothing. Anything else is itself."""
    if not mark.startswith(MARK):
        return mark
    sealed = request.session.get(SESSION_KEY, {}).get(mark)
    if sealed is None:
        return ""
    return crypto.key_ring().open(bytes.fromhex(sealed), purpose=PURPOSE).decode()


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than ``MOST_COUNTED``: a longer list is narrowed by filters, not leafed."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most ``MOST_COUNTED``."""
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_COUNTED].count())


class PrivateChangeList(ChangeList):
    """A list whose search box shows the text behind the mark."""

    is_private = True

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(str(self.opts.verbose_name_plural))
        self.shown_query = term_of(request, self.query)
        self.is_capped = getattr(self, "result_count", 0) == MOST_COUNTED


class _PostingPicker:
    """An autocomplete box that posts what is typed."""

    field: Any

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        attrs: dict[str, Any] = super().build_attrs(*args, **kwargs)  # type: ignore[misc]
        return {**attrs, "data-ajax--type": "POST"}

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """The chosen records; Django's own breaks at what is no key."""
        keys = [one for one in value if self._is_key(one)]
        return super().optgroups(name, keys, attr)  # type: ignore[misc]

    def _is_key(self, value: Any) -> bool:
        try:
            key = self.field.remote_field.model._meta.pk.to_python(value)
        except ValidationError:
            return False
        return not isinstance(key, int) or read_pk(str(key)) is not None


class PostingSelect(_PostingPicker, AutocompleteSelect):
    """One record, by autocomplete."""


class PostingSelectMultiple(_PostingPicker, AutocompleteSelectMultiple):
    """Several records, by autocomplete."""


class PrivatePickersMixin:
    """Makes autocomplete fields of a ModelAdmin or an inline post, and show names to pick from."""

    admin_site: admin.AdminSite
    formfield_overrides: ClassVar[Any] = {
        models.DateField: {"form_class": forms.DateField, "widget": DateInput},
        models.URLField: {"assume_scheme": "https"},
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer to add a record beside a picker, and nothing more; lists have their own pages."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            related = self.admin_site._registry.get(db_field.remote_field.model)
            is_short = getattr(related, "is_short_list", False)
            field.widget.can_change_related = field.widget.can_delete_related = False
            field.widget.can_view_related = field.widget.can_view_related and not is_short
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", PostingSelect(db_field, self.admin_site))
            if related is not None:  # what the related model's own admin shows the user
                kwargs.setdefault("queryset", related.get_queryset(request))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(related, QuietAdmin):
            field.label_from_instance = related.option_text
            if related.is_short_list:  # read once, not once per line of an inline
                field.choices = list(field.choices)
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", PostingSelectMultiple(db_field, self.admin_site))
        field = super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if field is not None and isinstance(related, QuietAdmin):
            field.label_from_instance = related.option_text
        return field


class QuietAdmin(PrivatePickersMixin, admin.ModelAdmin):  # type: ignore[type-arg]
    """Base of every model's admin."""

    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 200
    paginator = CappedPaginator
    is_short_list = False
    delete_confirmation_max_display = 20

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Answer the list with the private search box."""
        return PrivateChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Turn a posted search into a redirect whose URL holds a mark only."""
        if request.method == "POST" and "search" in request.POST:
            return self._search(request)
        return super().changelist_view(request, extra_context)

    def _search(self, request: HttpRequest) -> HttpResponse:
        params = request.GET.copy()
        for name in (SEARCH_VAR, "p"):
            params.pop(name, None)
        term = request.POST.get("search", "").strip()
        if term:
            params[SEARCH_VAR] = remember_term(request, term)
        return HttpResponseRedirect(f"{request.path}?{params.urlencode()}")

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Read the mark, then search as the model's admin does."""
        term = term_of(request, search_term)
        if not term:
            return (queryset.none() if search_term else queryset), False
        return self.search(request, queryset, term)

    @contextmanager
    def importing(self, request: HttpRequest) -> Iterator[None]:
        """Open the transaction of a whole import; a base that keeps history opens a batch."""
        with transaction.atomic():
            yield

    def option_text(self, record: models.Model) -> str:
        """How a record reads in a box that picks one; override where ``__str__`` has no name."""
        return str(record)

    def search(
        self, request: HttpRequest, queryset: models.QuerySet[Any], term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search ``search_fields``; override to search otherwise."""
        return super().get_search_results(request, queryset, term)


class ReadOnlyMixin:
    """Rows that nobody adds, changes or deletes by hand."""

    actions: ClassVar[Any] = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
