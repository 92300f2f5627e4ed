"""The admin of ComTrack: how it is connected and what ran; it is set up under Settings."""

from django.contrib import admin

from agencyhub.lib.admin import QuietAdmin, ReadOnlyMixin
from agencyhub.records.admin import HistoryAdmin
from integrations.comtrack.models import Connection, QueryRun


@admin.register(Connection)
class ConnectionAdmin(HistoryAdmin):
    """The connection, without its key."""

    list_display = ("__str__", "is_active", "start_time", "time_zone", "batch_size")


@admin.register(QueryRun)
class QueryRunAdmin(ReadOnlyMixin, QuietAdmin):
    """Runs, newest first."""

    list_display = ("id", "night", "state", "asked", "answered", "updated", "failed", "finished_at")
    list_filter = ("state",)
    ordering = ("-pk",)
