"""The admin of imports: read only. People work on them under Imports."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agencyhub.imports.models import Import, Template
from agencyhub.lib.admin import QuietAdmin, ReadOnlyMixin


@admin.register(Import)
class ImportAdmin(ReadOnlyMixin, QuietAdmin):
    """Every import with its counts; rows stay sealed."""

    list_display = ("created_at", "file_name", "kind", "state", "new", "changed", "rejected")
    list_filter = ("state", "kind")
    list_select_related = ("user",)
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("file_name", "kind", "state", "problem", "page")}),
        (_("Read as"), {"fields": ("sheet", "header_line", "version", "mode")}),
        (_("Rows"), {"fields": (("rows", "new", "changed", "same", "rejected"), "batch")}),
        (_("When"), {"fields": ("user", ("created_at", "checked_at", "committed_at", "alive_at"))}),
    )
    readonly_fields = ("page",)

    @admin.display(description=_("page"))
    def page(self, run: Import) -> SafeString:
        """Lead to where people work on it."""
        url = reverse("imports:import_detail", args=[run.pk])
        return format_html('<a href="{}">Open under Imports</a>', url)


@admin.register(Template)
class TemplateAdmin(ReadOnlyMixin, QuietAdmin):
    """How files of one layout are read."""

    list_display = ("name", "kind", "is_active")
    list_filter = ("kind", "is_active")
    ordering = ("kind", "name", "pk")
