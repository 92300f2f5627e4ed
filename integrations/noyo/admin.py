"""The admin of Noyo: to look at; it is set up under Settings and decided on in the product."""

from django.contrib import admin

from agencyhub.lib.admin import QuietAdmin, ReadOnlyMixin
from agencyhub.records.admin import HistoryAdmin, ScopedMixin
from integrations.noyo.models import (
    Account,
    CarrierOption,
    CarrierPlan,
    Difference,
    GroupConnection,
    Mapping,
    NoyoCarrier,
    NoyoGroup,
    PlanYear,
    RenewalDecision,
    Snapshot,
    SyncRun,
)


@admin.register(Account)
class AccountAdmin(HistoryAdmin):
    """How Noyo is reached; what it is asked with stays sealed and is entered under Settings."""

    list_display = ("__str__", "is_active", "fulfillment_url", "sync_time", "renewal_days")


@admin.register(NoyoCarrier)
class NoyoCarrierAdmin(HistoryAdmin):
    """Carriers at Noyo, and which of ours each is."""

    list_display = ("label", "noyo_id", "carrier", "read_at")
    list_select_related = ("carrier",)


class _ReadAdmin(ReadOnlyMixin, ScopedMixin, QuietAdmin):
    """What is looked at here and changed elsewhere, of the groups that the user's roles reach."""

    ordering = ("-pk",)


@admin.register(NoyoGroup)
class NoyoGroupAdmin(_ReadAdmin):
    """Groups at Noyo."""

    list_display = ("id", "name", "noyo_id", "group", "pulled_at", "gone_at", "problem")
    list_select_related = ("group",)
    search_fields = ("=noyo_id",)


@admin.register(GroupConnection)
class GroupConnectionAdmin(_ReadAdmin):
    """Connections of groups with carriers."""

    list_display = ("id", "group", "carrier", "carrier_group_id", "status", "changed_at")
    list_select_related = ("group", "carrier")
    list_filter = ("status",)


@admin.register(CarrierPlan)
class CarrierPlanAdmin(_ReadAdmin):
    """Plans that carriers have installed for groups."""

    list_display = (
        "id", "name", "code", "line", "noyo_group", "carrier", "status", "effective_date",
        "termination_date", "gone_at",
    )  # fmt: skip
    list_select_related = ("noyo_group", "carrier")
    list_filter = ("line", "status")
    search_fields = ("=noyo_id", "=code")


@admin.register(CarrierOption)
class CarrierOptionAdmin(_ReadAdmin):
    """Options of carriers' account structures."""

    list_display = ("id", "category", "label", "identifiers", "noyo_group", "carrier", "gone_at")
    list_select_related = ("noyo_group", "carrier")


@admin.register(PlanYear)
class PlanYearAdmin(_ReadAdmin):
    """Plan years at carriers."""

    list_display = (
        "id", "noyo_group", "carrier", "line", "status", "effective_date", "termination_date",
    )  # fmt: skip
    list_select_related = ("noyo_group", "carrier")
    list_filter = ("line", "status")


@admin.register(Snapshot)
class SnapshotAdmin(_ReadAdmin):
    """Every version of what was told."""

    list_display = ("id", "kind", "subject", "noyo_group", "seen_from", "seen_until")
    list_select_related = ("noyo_group",)
    list_filter = ("kind",)
    search_fields = ("=subject",)


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyMixin, QuietAdmin):
    """How Noyo was read."""

    list_display = (
        "id", "state", "night", "calls", "groups", "changed", "failed", "requested_at",
        "finished_at",
    )  # fmt: skip
    list_filter = ("state",)
    ordering = ("-pk",)


@admin.register(Mapping)
class MappingAdmin(_ReadAdmin):
    """Mappings; links and rules are decided in the studio."""

    list_display = ("id", "group", "carrier", "start_date", "status", "reason", "opened_at")
    list_select_related = ("group", "carrier")
    list_filter = ("status", "reason")


@admin.register(Difference)
class DifferenceAdmin(_ReadAdmin):
    """Differences of members; they are decided on in the product."""

    list_display = ("id", "noyo_group", "kind", "field", "line", "state", "source", "seen_at")
    list_select_related = ("noyo_group",)
    list_filter = ("state", "kind", "source")


@admin.register(RenewalDecision)
class RenewalDecisionAdmin(_ReadAdmin):
    """Renewal decisions."""

    list_display = ("id", "group", "renewal_date", "status", "sent_at")
    list_select_related = ("group",)
