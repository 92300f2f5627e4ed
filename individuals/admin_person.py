"""What the admin of individuals and that of sales records share: the mask, and the search."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.phones import format_phone
from agencyhub.lib.sheet_admin import SheetAdminMixin
from agencyhub.records.admin import CustomFieldsAdminMixin, HistoryModelAdmin
from individuals.forms.administration import PersonAdminForm
from individuals.searching import read_query
from individuals.searching_hits import LOCAL_DIGITS
from individuals.selectors_search.people import find

MEDICARE = _("Medicare")
MOST_FOUND = 200
READ_MEDICARE = ("masked", ("part_a_effective_date", "part_b_effective_date"))
SEARCH_HELP = _("Name, MBI, phone or email. What you type stays out of the address bar.")


class PersonAdmin(CustomFieldsAdminMixin, SheetAdminMixin, HistoryModelAdmin):
    """What individuals and sales records share."""

    form = PersonAdminForm
    search_fields = ("last_name_key",)  # shows the box; ``search`` decides
    search_help_text = SEARCH_HELP
    ordering = ("-pk",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the mask alone to those who only read."""
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return fieldsets
        return [
            (name, {**options, "fields": READ_MEDICARE if name == MEDICARE else options["fields"]})
            for name, options in fieldsets
        ]

    def search(
        self, request: HttpRequest, queryset: models.QuerySet[Any], term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search as the pages do; a number alone is the record's."""
        if is_key(term):
            return queryset.filter(pk=term), False
        return queryset.filter(pk__in=found(queryset.model, request, term)), False

    def option_text(self, record: Any) -> str:
        """Name and number."""
        return f"{record.last_name}, {record.first_name} · {record.pk}"

    @admin.display(ordering="last_name_key")
    def name(self, person: Any) -> str:
        """Last name first."""
        return f"{person.last_name}, {person.first_name}"

    @admin.display(description="MBI")
    def masked(self, person: Any) -> str:
        """The last four at most."""
        return person.masked_mbi or "—"

    @admin.display(description=_("phone"))
    def phone_number(self, person: Any) -> str:
        """The number to call."""
        return format_phone(person.phone) or "—"


def is_key(term: str) -> bool:
    """Whether a number that somebody searches for is a record's, and no phone."""
    return term.isdigit() and len(term) < LOCAL_DIGITS


def found(model: Any, request: HttpRequest, term: str) -> list[int]:
    """The keys of people whom the search of the pages finds for the user."""
    user: Any = request.user
    return find(model, user=user, query=read_query(term), limit=MOST_FOUND).keys
