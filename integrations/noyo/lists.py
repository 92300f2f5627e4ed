"""The list of mappings: which groups line up with which carriers, and what waits."""

from collections.abc import Mapping as Words
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.keyset import Key
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import columns, filters, registry
from agencyhub.records.lists.columns import Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from agencyhub.records.lists.lookups import Lookups
from integrations.noyo.list_filters import group_named
from integrations.noyo.models import Link, Mapping, NoyoCarrier, PlanLink, UnitLink
from integrations.noyo.selectors.undecided import undecided

Status = Mapping.Status
LOOKS = {
    Status.IN_PROGRESS: ("info", "progress-check"),
    Status.READY: ("success", "circle-check"),
    Status.REOPENED: ("warning", "refresh"),
}
STATUSES: Words[str, Any] = dict(Status.choices)
REASONS: Words[str, Any] = dict(Mapping.Reason.choices)


def status_badge(status: str) -> str:
    """The status of a mapping as a chip."""
    tone, icon = LOOKS[Status(status)]
    return ui.badge(Status(status).label, tone, icon)


def _labels() -> Words[int, str]:
    rows = NoyoCarrier.objects.select_related("carrier").order_by("pk")
    return {one.pk: one.label for one in rows}


def _carriers(lookups: Lookups) -> Words[Any, str]:
    return lookups.get(_labels)


def _changed(pks: Sequence[int]) -> Words[int, int]:
    """How many links of each mapping the carrier has changed."""
    found: dict[int, int] = {}
    for model in (PlanLink, UnitLink):
        rows = model.objects.filter(mapping__in=pks, state=Link.State.STALE).order_by()
        for mapping, number in rows.values_list("mapping").annotate(number=Count("pk")):
            found[mapping] = found.get(mapping, 0) + number
    return found


def _status(_drawing: Drawing) -> Write:
    refused = ui.badge(_("Refused by Noyo"), "danger", "alert-circle")

    def cell(row: Any) -> str:
        badge = status_badge(row.status)
        return f"{badge} {refused}" if row.refused_at else badge

    return cell


def _status_words(row: Any) -> str:
    return str(STATUSES[row.status])


def _address(row: Any) -> str:
    return f"{columns.page_of('groups:group_list')}{row.group_id}/mapping/{row.pk}/"


def _plan_year(row: Any) -> str:
    start = columns.us_day(row.start_date)
    return f"{start} – {columns.us_day(row.end_date)}" if row.end_date else start


class MappingFilters(ListFilters):
    """What mappings are filtered by."""

    name = group_named()
    status = filters.Chosen(_("Status"), STATUSES, "status", is_quick=True)
    carrier = filters.AnyOf(_("Carrier"), _carriers, "carrier_id", is_quick=True)
    reason = filters.Chosen(_("Reason"), REASONS, "reason")
    refused = filters.YesNo(_("Refused by Noyo"), lambda: Q(refused_at__isnull=False))
    starts_from = filters.Day(_("Plan year from"), "start_date", "gte")
    starts_to = filters.Day(_("Plan year up to"), "start_date", "lte")
    batch = filters.Touched(Mapping)


MAPPINGS = registry.register(
    ListKind(
        key="noyo_mappings",
        title=_("Group mapping"),
        noun=_("mapping"),
        nouns=_("mappings"),
        model=Mapping,
        url_name="noyo:mapping_list",
        view_permission="noyo.view_mapping",
        change_permission="noyo.map_groups",
        visible=Mapping.objects.visible_to,
        title_column="group",
        columns=(
            columns.link(
                "group", _("Employer group"), _address, lambda row: row.group__name,
                "group_id", "group__name",
            ),
            columns.named("carrier", _("Carrier"), "carrier_id", _carriers),
            columns.value("plan_year", _("Plan year"), _plan_year, "start_date", "end_date",
                          css="cell-nowrap"),
            columns.value(
                "status", _("Status"), _status_words, "status", "refused_at", draw=_status
            ),
            columns.choice("reason", _("Why it was opened"), Mapping.Reason.choices),
            columns.fetched("waiting", _("To decide"), undecided, css="cell-num", is_number=True),
            columns.fetched(
                "changed", _("Changed"), _changed, css="cell-num", is_number=True
            ),
            columns.day("opened", _("Opened"), "opened_at", sort="opened"),
            columns.day("ready", _("Mapped"), "ready_at"),
            columns.day("refused", _("Refused by Noyo"), "refused_at"),
        ),
        default_columns=(
            "group", "carrier", "plan_year", "status", "reason", "waiting", "changed",
        ),
        filters=MappingFilters,
        sorts=(
            Sort(
                "opened", _("Opened last first"), _("Waiting longest first"),
                (Key("opened_at", descending=True), Key("pk", descending=True)),
            ),
        ),
        default_sort="opened",
        icon="arrows-exchange",
        empty_text=_(
            "A mapping opens automatically when the connection of a group with a carrier is"
            " completed."
        ),
    )
)  # fmt: skip
