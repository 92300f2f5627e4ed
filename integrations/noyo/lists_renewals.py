"""The list of renewal decisions: which groups were sent, and which carriers are ready."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencyhub.lib.keyset import Key
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import columns, filters, registry
from agencyhub.records.lists.columns import Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from integrations.noyo.list_filters import group_named
from integrations.noyo.models import RenewalDecision

Status = RenewalDecision.Status
STATUSES: Mapping[str, Any] = dict(Status.choices)
LOOKS = {
    Status.DRAFT: ("neutral", "pencil"),
    Status.SUBMITTED: ("info", "clock"),
    Status.NOT_READY: ("warning", "alert-triangle"),
    Status.READY: ("success", "circle-check"),
    Status.DONE: ("success", "circle-check"),
}


def _status(_drawing: Drawing) -> Write:
    drawn = {str(key): ui.badge(key.label, *look) for key, look in LOOKS.items()}
    return lambda row: drawn[row.status]


def _address(row: Any) -> str:
    return f"{columns.page_of('groups:group_list')}{row.group_id}/renewal/"


class RenewalFilters(ListFilters):
    """What renewal decisions are filtered by."""

    name = group_named()
    status = filters.Chosen(_("Status"), STATUSES, "status", is_quick=True)
    renews_from = filters.Day(_("Renews from"), "renewal_date", "gte", is_quick=True)
    renews_to = filters.Day(_("Renews up to"), "renewal_date", "lte")
    batch = filters.Touched(RenewalDecision)


RENEWALS = registry.register(
    ListKind(
        key="noyo_renewals",
        title=_("Renewals"),
        noun=_("renewal"),
        nouns=_("renewals"),
        model=RenewalDecision,
        url_name="noyo:renewal_list",
        view_permission="noyo.view_renewaldecision",
        change_permission="noyo.change_renewaldecision",
        visible=RenewalDecision.objects.visible_to,
        title_column="group",
        columns=(
            columns.link(
                "group", _("Employer group"), _address, lambda row: row.group__name,
                "group_id", "group__name",
            ),
            columns.day("renewal_date", _("Renewal date"), sort="renewal_date"),
            columns.choice("status", _("Status"), Status.choices, draw=_status),
            columns.day("sent", _("Sent"), "sent_at"),
            columns.day("polled", _("Checked"), "polled_at"),
        ),
        default_columns=("group", "renewal_date", "status", "sent", "polled"),
        filters=RenewalFilters,
        sorts=(
            Sort(
                "renewal_date", _("Latest renewal first"), _("Earliest renewal first"),
                (Key("renewal_date", descending=True), Key("pk", descending=True)),
            ),
        ),
        default_sort="renewal_date",
        icon="calendar",
        empty_text=_("Open a group’s carriers and say what it expects at renewal."),
    )
)  # fmt: skip
