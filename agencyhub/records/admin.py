"""The admin of option lists, custom fields and history, and the base that records every change."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.lib.admin import QuietAdmin, ReadOnlyMixin
from agencyhub.records import history, wording
from agencyhub.records.custom import PREFIX, fields_for, may_see_health
from agencyhub.records.models import Batch, Change, CustomField, Entry, Option

DONE = 302


class ScopedMixin:
    """Shows the rows that the user's roles reach, and no others."""

    # A foreign key to a scoped model, for models that have no scope of their own.
    scope_through: ClassVar[str] = ""
    model: Any

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Narrow by the model's own scope, or by its parent's."""
        rows: models.QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        user: Any = request.user
        if hasattr(self.model, "scope"):
            return scopes.narrow(rows, user=user)
        if self.scope_through and not scopes.reach_of(user).sees_all:
            parent = self.model._meta.get_field(self.scope_through).related_model
            readable = scopes.narrow(parent._default_manager.all(), user=user)
            return rows.filter(**{f"{self.scope_through}__in": readable.values("pk")})
        return rows


class HistoryModelAdmin(ScopedMixin, QuietAdmin):
    """Every save, delete and action is one batch of the history: it can be read and undone."""

    @contextmanager
    def recorded(self, request: HttpRequest, verb: str) -> Iterator[None]:
        """Open the batch of one act in the admin."""
        name = self.opts.verbose_name_plural if verb == "Changed" else self.opts.verbose_name
        user: Any = request.user
        channel = Batch.Channel.ADMIN
        with history.batch(
            user=user,
            channel=channel,
            summary=gettext_noop("%(verb)s %(name)s in the admin") % {"verb": verb, "name": name},
        ):
            yield

    @contextmanager
    def importing(self, request: HttpRequest) -> Iterator[None]:
        """Open the batch of a whole import."""
        user: Any = request.user
        summary = gettext_noop("Imported %(verbose_name_plural)s in the admin") % {
            "verbose_name_plural": self.opts.verbose_name_plural
        }
        with history.batch(user=user, channel=Batch.Channel.IMPORT, summary=summary):
            yield

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Record what a form saves; a form with errors leaves no empty batch."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with self.recorded(request, gettext_noop("Saved") if object_id else gettext_noop("Added")):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            return _kept(response)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Record what is deleted."""
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        with self.recorded(request, gettext_noop("Deleted")):
            return _kept(super().delete_view(request, object_id, extra_context))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Record what an action or an edit in the list changes."""
        if request.method != "POST" or "search" in request.POST:
            return super().changelist_view(request, extra_context)
        with self.recorded(request, gettext_noop("Changed")):
            return _kept(super().changelist_view(request, extra_context))


def _kept(response: HttpResponse) -> HttpResponse:
    """Keep the transaction only when the act was carried out: that answers with a redirect."""
    if response.status_code != DONE:
        transaction.set_rollback(True)
    return response


class CustomFieldsAdminMixin:
    """Adds the agency's custom fields to the change form, as the last fieldset."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Give the form its user, who decides about health data."""
        named = flatten_fieldsets(self.get_fieldsets(request, obj))
        kwargs["fields"] = [name for name in named if not name.startswith(PREFIX)]
        base = super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]

        class Form(base):  # type: ignore[misc,valid-type]
            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, user=request.user, **options)

        return Form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """List the custom fields, before the fieldset with the record's dates."""
        names = self._custom_names(request)
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if not names or not self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return fieldsets
        *first, last = fieldsets
        return (*first, (gettext("Custom fields"), {"fields": tuple(names)}), last)

    def _custom_names(self, request: HttpRequest) -> list[str]:
        kept = getattr(request, "custom_names", None)
        if kept is None:
            target = self.form.custom_target  # type: ignore[attr-defined]
            may_see = may_see_health(request.user)  # type: ignore[arg-type]
            kept = [
                PREFIX + field.key for field in fields_for(target) if may_see or not field.is_health
            ]
            request.custom_names = kept  # type: ignore[attr-defined]
        return kept


@admin.register(Option)
class OptionAdmin(HistoryModelAdmin):
    """Values of the agency's own lists."""

    is_short_list = True
    list_display = ("label", "list", "meaning", "position", "is_active")
    list_filter = ("list", "is_active")
    list_editable = ("position", "is_active")
    search_fields = ("label",)
    ordering = ("list", "position", "pk")
    fields = ("list", "label", "meaning", "position", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An option stays in its list: records point at it."""
        return ("list",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Options are added under Settings, where their list is known."""
        return False


@admin.register(CustomField)
class CustomFieldAdmin(HistoryModelAdmin):
    """Fields that the agency added."""

    is_short_list = True
    list_display = ("label", "target", "type", "is_required", "is_unique", "is_health", "is_active")
    list_filter = ("target", "type", "is_health", "is_active")
    search_fields = ("label", "key")
    ordering = ("target", "position", "pk")
    readonly_fields = ("key", "target", "type")
    fieldsets = (
        (None, {"fields": ("label", ("target", "type"), "key", "choices")}),
        (
            _("Rules"),
            {"fields": (("is_required", "is_unique"), "is_health", "position", "is_active")},
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Fields are added under Settings, which makes their key."""
        return False


class HistoryAdmin(ReadOnlyMixin, QuietAdmin):
    """The history: read by those who see everything, changed by nobody."""

    ordering = ("-pk",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows of all records: a narrower reach sees timelines, not this."""
        user: Any = request.user
        return super().has_view_permission(request, obj) and scopes.reach_of(user).sees_all


@admin.register(Batch)
class BatchAdmin(HistoryAdmin):
    """Acts: what changed records together."""

    list_display = ("summary", "channel", "who", "created_at", "undone_at")
    list_filter = ("channel", ("undone_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("summary",)
    fields = ("summary", "channel", "who", "created_at", "undone_at", "undo_of", "changes")
    readonly_fields = fields

    @admin.display(description=_("user"))
    def who(self, batch: Batch) -> str:
        """Name the user; partners and schedules have none."""
        return batch.user.username if batch.user else "—"

    @admin.display(description=_("changes"))
    def changes(self, batch: Batch) -> SafeString:
        """Count rows by table and action."""
        rows = (
            Change.objects.filter(batch=batch)
            .values_list("table_name", "action")
            .annotate(number=models.Count("pk"))
            .order_by("table_name", "action")
        )
        lines = [(f"{number:,} × {action}", table) for table, action, number in rows]
        return format_html_join("", "<div>{} {}</div>", lines) or format_html("none")


@admin.register(Change)
class ChangeAdmin(HistoryAdmin):
    """One row's change, in words; sealed values are never among them."""

    list_display = ("changed_at", "action", "table_name", "record_id", "batch")
    list_filter = ("action",)
    list_select_related = ("batch",)
    search_fields = ("=record_id",)
    search_help_text = _("Record number")
    fields = ("changed_at", "batch", "action", "table_name", "record_id", "values")
    readonly_fields = fields

    @admin.display(description=_("values"))
    def values(self, change: Change) -> SafeString:
        """Word the change as a timeline does; health data for those who may see them."""
        may_see = may_see_health(getattr(change, "reader", None))
        words = wording.prepare([change], show_health=may_see, own=None)
        lines = [(line.label, line.before or "—", line.after or "—") for line in words(change)]
        return format_html_join("", "<div><b>{}</b>: {} → {}</div>", lines) or format_html("—")

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Note on the change who reads it: the words depend on that."""
        change = super().get_object(request, *args, **kwargs)
        if change is not None:
            change.reader = request.user
        return change


@admin.register(Entry)
class EntryAdmin(HistoryAdmin):
    """Timeline lines of words."""

    list_display = ("text", "table_name", "record_id", "created_at")
    search_fields = ("=record_id",)
    search_help_text = _("Record number")
    fields = ("text", "reasons", "table_name", "record_id", "batch", "user", "created_at")
    readonly_fields = fields


@admin.register(LogEntry)
class LogEntryAdmin(HistoryAdmin):
    """What was done in this administration: read with the right to read the history."""

    list_display = ("action_time", "who", "action_flag", "content_type", "object_repr")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    fields = ("action_time", "who", "content_type", "object_repr", "change_message")
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may read batches of all records."""
        user: Any = request.user
        return bool(user.has_perm("records.view_batch") and scopes.reach_of(user).sees_all)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """List it for the same people."""
        return self.has_view_permission(request)

    @admin.display(description=_("user"))
    def who(self, entry: LogEntry) -> str:
        """Name the user."""
        return str(entry.user.get_username())
