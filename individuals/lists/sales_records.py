"""The list of sales records."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.records.lists import changes, columns, filters, masking, registry
from agencyhub.records.lists.kinds import ListKind, Lock
from agencyhub.records.lists.lookups import options
from agencyhub.records.models import CustomField, Option
from individuals import rows, selectors
from individuals.lists import people
from individuals.models import SalesRecord

OPEN = {
    "open": (_("Open"), Q(converted_at__isnull=True)),
    "converted": (_("Converted"), Q(converted_at__isnull=False)),
    "all": (_("Open and converted"), Q()),
}


def _linked(row: Any) -> str:
    if row.individual_id is None:
        return ""
    return gettext("Converted") if row.converted_at else gettext("Linked")


COLUMNS = (
    people.title("salesrecord"),
    *people.PERSON,
    columns.value(
        "place", _("City, state"), lambda row: selectors.place(row.city, row.state),
        "city", "state", mask=masking.city_and_state,
    ),
    columns.text("line_1", _("Address line 1"), "address_1", mask=masking.everything),
    columns.text("line_2", _("Address line 2"), "address_2", mask=masking.everything),
    columns.text("city", _("City"), mask=masking.everything),
    columns.text("state", _("State")),
    columns.text("zip_code", _("ZIP code"), mask=masking.everything),
    columns.text("county", _("County")),
    columns.chip("stage", _("Stage"), "stage_id", options(Option.List.SALES_STAGE), people.chip),
    columns.named("source", _("Source"), "lead_source_id", options(Option.List.LEAD_SOURCE)),
    columns.day("lead_date", _("Lead date")),
    columns.agent("agent", _("Assigned agent"), "assigned_agent_id"),
    columns.link(
        "individual", _("Individual"),
        lambda row: rows.address("individual", row.individual_id) if row.individual_id else "",
        _linked, "individual_id", "converted_at",
    ),
    columns.day("converted", _("Converted"), "converted_at"),
    *people.KEPT,
)  # fmt: skip


class SalesRecordFilters(people.PersonFilters):
    """What sales records are filtered by."""

    stage = filters.AnyOf(_("Stage"), options(Option.List.SALES_STAGE), "stage_id", is_quick=True)
    agent = filters.OfAgent(_("Assigned agent"), "assigned_agent_id", is_quick=True)
    open = filters.Pick(_("Show"), OPEN, default="open", is_quick=True)
    source = filters.AnyOf(
        _("Source"), options(Option.List.LEAD_SOURCE), "lead_source_id", nobody=_("None")
    )
    state = people.state("state")
    lead_from = filters.Day(_("Lead date from"), "lead_date", "gte")
    lead_to = filters.Day(_("Lead date to"), "lead_date", "lte")
    batch = filters.Touched(SalesRecord)


SALES_RECORDS = registry.register(
    ListKind(
        key="sales-records",
        title=_("Sales Records"),
        noun=_("Sales Record"),
        nouns=_("Sales Records"),
        model=SalesRecord,
        url_name="individuals:salesrecord_list",
        view_permission="individuals.view_salesrecord",
        change_permission="individuals.change_salesrecord",
        visible=SalesRecord.objects.visible_to,
        title_column="name",
        columns=COLUMNS,
        default_columns=(
            "name", "born", "phone", "place", "stage", "source", "agent", "individual",
        ),
        filters=SalesRecordFilters,
        sorts=(people.BY_AGE, people.BY_NAME),
        default_sort="-created",
        bulk=(
            changes.set_key(
                "agent", _("Assigned agent"), "assigned_agent_id",
                changes.or_none(changes.active_agents, _("Nobody")),
            ),
            changes.set_key(
                "stage", _("Stage"), "stage_id", changes.active_options(Option.List.SALES_STAGE)
            ),
            changes.set_key(
                "source", _("Source"), "lead_source_id",
                changes.or_none(changes.active_options(Option.List.LEAD_SOURCE), _("None")),
            ),
        ),
        locks=(
            Lock(
                Q(converted_at__isnull=False), _("converted already: edit the Individual instead")
            ),
        ),
        custom_target=CustomField.Target.INDIVIDUAL,
        icon="target-arrow",
        empty_text=_(
            "A Sales Record is a lead you are working toward a sale. Add one and send quotes "
            "from its page."
        ),
        create_label=_("New Sales Record"),
        create_url_name="individuals:salesrecord_create",
        create_permission="individuals.add_salesrecord",
    )
)  # fmt: skip
