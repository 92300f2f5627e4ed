"""The admin of EOI batches: to look at; they are set up under Settings."""

from django.contrib import admin

from agencyhub.lib.admin import QuietAdmin, ReadOnlyMixin
from agencyhub.records.admin import HistoryAdmin
from integrations.eoi_batches.models import BatchFile, Folder


@admin.register(Folder)
class FolderAdmin(HistoryAdmin):
    """Groups' folders."""

    list_display = ("__str__", "group", "server", "path", "is_active")
    list_select_related = ("group", "server")


@admin.register(BatchFile)
class BatchFileAdmin(ReadOnlyMixin, QuietAdmin):
    """What became of each file."""

    list_display = ("id", "folder", "state", "valid", "failed", "seen_at", "finished_at")
    list_filter = ("state",)
    ordering = ("-pk",)
