"""The admin of Retrieve: what is connected and what ran; it is set up under Settings."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.admin import QuietAdmin, ReadOnlyMixin
from agencyhub.records.admin import HistoryAdmin
from integrations.carriers.models import CarrierFile, Connection, Retrieval


class CarrierFileInline(ReadOnlyMixin, admin.TabularInline):  # type: ignore[type-arg]
    """The files of a run."""

    model = CarrierFile
    extra = 0
    fields = ("name", "kind", "state", "size", "problem")


@admin.register(Connection)
class ConnectionAdmin(HistoryAdmin):
    """Connections, without what they sign in with."""

    list_display = ("carrier", "transport", "is_active", "expires_on")
    list_filter = ("transport", "is_active")
    list_select_related = ("carrier",)


@admin.register(Retrieval)
class RetrievalAdmin(ReadOnlyMixin, QuietAdmin):
    """Runs, newest first."""

    list_display = ("carrier", "since", "until", "state", "fetched", "failed", "finished_at")
    list_filter = ("state",)
    list_select_related = ("connection__carrier",)
    ordering = ("-pk",)
    inlines = (CarrierFileInline,)

    @admin.display(description=_("carrier"))
    def carrier(self, run: Retrieval) -> str:
        """Whose files."""
        return run.connection.carrier.name

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the carriers' names."""
        return super().get_queryset(request).select_related("connection__carrier")
