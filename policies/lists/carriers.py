"""The list of carriers."""

from collections.abc import Mapping
from html import escape
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.phones import format_phone
from agencyhub.records.lists import changes, columns, filters, registry
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from policies.lists.payments import marked
from policies.models import Carrier
from policies.selectors import carriers as selectors
from policies.templatetags.policy_panels import capped, named_state

BY_NAME = Sort("name", _("Name, A to Z"), _("Name, Z to A"), selectors.BY_NAME)
FLAGS = ("needs_review", "is_active")
SHOWN = {
    "active": (_("Active"), Q(is_active=True)),
    "review": (_("Needs review"), Q(needs_review=True)),
    "inactive": (_("Inactive"), Q(is_active=False)),
    "all": (_("All"), Q()),
}


def state() -> columns.Column:
    """Whether it is sold, and whether somebody should look at it."""
    return columns.value(
        "state", _("State"), selectors.state_in_words, *FLAGS,
        draw=lambda _drawing: named_state,
    )  # fmt: skip


def count(key: str, label: Any, url_name: str, query: str, annotations: Any) -> columns.Column:
    """How many rows another list has about this one, as a link to it."""

    def cell(row: Any) -> str:
        url = f"{columns.page_of(url_name)}?{query.format(row.pk)}"
        return f'<a href="{escape(url)}">{escape(capped(getattr(row, key)))}</a>'

    def text(row: Any) -> str:
        number: int | None = getattr(row, key)
        return "" if number is None else selectors.in_words(number)

    return columns.value(
        key, label, text, key, draw=lambda _drawing: cell, css="cell-num", annotations=annotations
    )


def _products(_user: User) -> Mapping[str, Any]:
    return {"product_count": selectors.product_count()}


def _policies(user: User) -> Mapping[str, Any]:
    return {"policy_count": selectors.policy_count(user, "carrier")}


def _address(row: Any) -> str:
    return f"{columns.page_of('policies:carrier_list')}{row.pk}/"


COLUMNS = (
    marked(
        columns.link(
            "name", _("Carrier"), _address, lambda row: row.name, "name", "abbreviation",
            sub=lambda row: row.abbreviation, sort="name",
        ),
        "pk",
    ),
    state(),
    count(
        "product_count", _("Products"), "policies:carrierproduct_list", "carrier={}&state=all",
        _products,
    ),
    count("policy_count", _("Policies"), "policies:policy_list", "carrier={}", _policies),
    columns.text("abbreviation", _("Abbreviation")),
    columns.value("phone", _("Phone"), lambda row: format_phone(row.phone), "phone"),
    columns.text("website", _("Website")),
)  # fmt: skip


class CarrierFilters(ListFilters):
    """What carriers are filtered by."""

    name = filters.Words(_("Name or alias"), selectors.carrier_named, is_quick=True)
    state = filters.Pick(_("Show"), SHOWN, default="active", is_quick=True)
    batch = filters.Touched(Carrier)


CARRIERS = registry.register(
    ListKind(
        key="carriers",
        title=_("Carriers"),
        noun=_("carrier"),
        nouns=_("carriers"),
        model=Carrier,
        url_name="policies:carrier_list",
        view_permission="policies.view_carrier",
        change_permission="policies.change_carrier",
        visible=lambda _user: Carrier.objects.all(),
        title_column="name",
        columns=COLUMNS,
        default_columns=("name", "state", "product_count", "policy_count"),
        filters=CarrierFilters,
        sorts=(BY_NAME,),
        default_sort="name",
        bulk=(
            changes.set_flag("is_active", _("Active"), "is_active", column="state"),
            changes.set_flag("needs_review", _("Needs review"), "needs_review", column="state"),
        ),
        icon="building-bank",
        empty_text=_("Add the first carrier. A sync adds the carriers that it meets."),
        create_label=_("New carrier"),
        create_url_name="policies:carrier_create",
        create_permission="policies.add_carrier",
    )
)
