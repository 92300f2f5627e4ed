"""The admin of Premier feeds: to look at; they are set up under Settings."""

from django.contrib import admin

from agencyhub.lib.admin import QuietAdmin, ReadOnlyMixin
from agencyhub.records.admin import HistoryAdmin
from integrations.premier.models import Delivery, Feed, Pull


@admin.register(Feed)
class FeedAdmin(HistoryAdmin):
    """How each carrier tells its statuses."""

    list_display = ("__str__", "carrier", "slug", "is_active", "api_url")
    list_select_related = ("carrier",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyMixin, QuietAdmin):
    """What each statement brought."""

    list_display = ("id", "carrier", "source", "as_of", "told", "changed", "unknown")
    list_select_related = ("carrier",)
    list_filter = ("source",)
    ordering = ("-pk",)


@admin.register(Pull)
class PullAdmin(ReadOnlyMixin, QuietAdmin):
    """How status APIs were asked."""

    list_display = ("id", "state", "due_at", "pages", "rows")
    ordering = ("-pk",)
