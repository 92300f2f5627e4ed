"""The list of carrier products."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.records.lists import changes, columns, filters, registry
from agencyhub.records.lists.columns import Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.lookups import options
from agencyhub.records.models import Option
from policies.lists import carriers
from policies.lists.policies import carriers as carrier_names
from policies.models import CarrierProduct
from policies.selectors import carriers as selectors


def _carrier(drawing: Drawing) -> Write:
    names = carrier_names(drawing.lookups)
    start = columns.page_of("policies:carrier_list")
    drawn = {
        pk: format_html('<a href="{}{}/">{}</a>', start, pk, name) for pk, name in names.items()
    }
    return lambda row: drawn[row.carrier_id]


def _policies(user: User) -> Mapping[str, Any]:
    return {"policy_count": selectors.policy_count(user, "product")}


COLUMNS = (
    columns.link(
        "name", _("Carrier product"),
        lambda row: f"{columns.page_of('policies:carrierproduct_list')}{row.pk}/",
        lambda row: row.name, "name", sort="name",
    ),
    columns.named("carrier", _("Carrier"), "carrier_id", carrier_names, draw=_carrier),
    columns.named(
        "coverage_type", _("Coverage type"), "coverage_type_id", options(Option.List.COVERAGE_TYPE)
    ),
    columns.text("plan_id", _("Plan ID"), css="cell-nowrap"),
    columns.value(
        "plan_year", _("Plan year"), lambda row: str(row.plan_year or ""), "plan_year"
    ),
    carriers.state(),
    carriers.count("policy_count", _("Policies"), "policies:policy_list", "product={}", _policies),
)  # fmt: skip


class ProductFilters(ListFilters):
    """What carrier products are filtered by."""

    name = filters.Words(_("Name or alias"), selectors.product_named, is_quick=True)
    carrier = filters.AnyOf(_("Carrier"), carrier_names, "carrier_id", is_quick=True)
    coverage_type = filters.AnyOf(
        _("Coverage type"), options(Option.List.COVERAGE_TYPE), "coverage_type_id",
        nobody=_("None"), is_quick=True,
    )  # fmt: skip
    state = filters.Pick(_("Show"), carriers.SHOWN, default="active", is_quick=True)
    batch = filters.Touched(CarrierProduct)


PRODUCTS = registry.register(
    ListKind(
        key="carrier-products",
        title=_("Carrier products"),
        noun=_("carrier product"),
        nouns=_("carrier products"),
        model=CarrierProduct,
        url_name="policies:carrierproduct_list",
        view_permission="policies.view_carrierproduct",
        change_permission="policies.change_carrierproduct",
        visible=lambda _user: CarrierProduct.objects.all(),
        title_column="name",
        columns=COLUMNS,
        default_columns=(
            "name", "carrier", "coverage_type", "plan_id", "plan_year", "state", "policy_count",
        ),
        filters=ProductFilters,
        sorts=(carriers.BY_NAME,),
        default_sort="name",
        bulk=(
            changes.set_key(
                "coverage_type", _("Coverage type"), "coverage_type_id",
                changes.or_none(changes.active_options(Option.List.COVERAGE_TYPE), _("None")),
            ),
            changes.set_flag("is_active", _("Active"), "is_active", column="state"),
            changes.set_flag("needs_review", _("Needs review"), "needs_review", column="state"),
        ),
        icon="package",
        empty_text=_("Open a carrier to add one. A sync can add the products that partners name."),
    )
)  # fmt: skip
