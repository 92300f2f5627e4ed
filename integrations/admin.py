"""The admin of the inbox: states and reasons; bodies stay sealed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.admin import QuietAdmin, ReadOnlyMixin
from agencyhub.records.admin import HistoryAdmin
from integrations.models import Heartbeat, InboundMessage, TouchedRecord


class TouchedRecordInline(ReadOnlyMixin, admin.TabularInline):  # type: ignore[type-arg]
    """What a message made or changed."""

    model = TouchedRecord
    extra = 0
    fields = ("kind", "record_id", "action")


@admin.register(InboundMessage)
class InboundMessageAdmin(HistoryAdmin):
    """Messages from partners."""

    list_display = ("received_at", "partner", "external_id", "state", "code", "attempts")
    list_filter = ("state", "partner")
    search_fields = ("=external_id", "=public_id")
    search_help_text = _("External id or message id, in full")
    inlines = (TouchedRecordInline,)
    fieldsets = (
        (None, {"fields": ("public_id", ("partner", "external_id"), "received_at")}),
        (_("Outcome"), {"fields": ("state", "code", "reason", "decided_by")}),
        (
            _("Work"),
            {"fields": ("attempts", ("claimed_at", "finished_at"), "duration_ms", "batch")},
        ),
        (_("Body"), {"fields": ("sealed_body", "duplicate_of")}),
    )
    readonly_fields = ("public_id", "received_at", "sealed_body")

    @admin.display(description=_("body"))
    def sealed_body(self, message: InboundMessage) -> str:
        """Say where it can be read."""
        return gettext(
            "Sealed. Those with the right to raw bodies read it under Integrations › Inbox."
        )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave bodies in the database."""
        return super().get_queryset(request).defer("body")


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyMixin, QuietAdmin):
    """Signs of life of workers and schedules."""

    list_display = ("process", "seen_at")
    ordering = ("process",)
