"""The admin of HealthSherpa: whether it is connected; it is set up under Settings."""

from django.contrib import admin

from agencyhub.records.admin import HistoryAdmin
from integrations.healthsherpa.models import Connection


@admin.register(Connection)
class ConnectionAdmin(HistoryAdmin):
    """The one connection."""

    list_display = ("__str__", "is_active", "activated_at", "deactivated_at")
