"""The list of policies, and what policies add to the list of individuals."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.keyset import Key
from agencyhub.records.lists import changes, columns, filters, registry
from agencyhub.records.lists.columns import Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from agencyhub.records.lists.lookups import Lookups, options
from agencyhub.records.models import CustomField, Option
from individuals.lists import INDIVIDUALS
from policies.lists import keeping, payments
from policies.models import CarrierProduct, Policy, PolicyAgent
from policies.selectors.carriers import carrier_choices
from policies.templatetags.policy_panels import policy_status

SUBSCRIBER = ("subscriber__first_name", "subscriber__last_name")


def carriers(lookups: Lookups) -> dict[int, str]:
    """Every carrier by key, in the order of their names."""
    return dict(lookups.get(carrier_choices))


def _subscriber(row: Any) -> str:
    return f"{row.subscriber__first_name} {row.subscriber__last_name}"


def _address(row: Any) -> str:
    return f"{columns.page_of('policies:policy_list')}{row.pk}/"


def _carrier(drawing: Drawing) -> Write:
    """The carrier, with the shield of a Premier Partner, and below it what was sold."""
    drawn = payments.drawn_carriers(drawing)
    types = drawing.lookups.labels(Option.List.COVERAGE_TYPE)

    def cell(row: Any) -> str:
        sold = row.product__name or types.get(row.coverage_type_id, "")
        return columns.with_sub(drawn.get(row.carrier_id, ""), sold)

    return cell


def _additional_agents(pks: Sequence[int]) -> dict[int, str]:
    named = PolicyAgent.objects.filter(policy_id__in=pks).select_related("agent")
    found: dict[int, list[str]] = {}
    for one in named.order_by("policy_id", "agent__last_name", "agent__first_name", "pk"):
        found.setdefault(one.policy_id, []).append(one.agent.full_name)
    return {pk: ", ".join(names) for pk, names in found.items()}


COLUMNS = (
    columns.link(
        "individual", _("Individual"), _address, _subscriber, *SUBSCRIBER, css="cell-nowrap"
    ),
    columns.Column(
        "carrier", _("Carrier"), ("carrier_id", "product__name", "coverage_type_id"),
        lambda drawing: columns.named("", "", "carrier_id", carriers).write(drawing), _carrier,
    ),
    columns.text("policy_number", _("Policy number"), css="cell-nowrap"),
    columns.chip(
        "status", _("Status"), "status_id", options(Option.List.POLICY_STATUS), policy_status
    ),
    payments.PAYMENT,
    payments.DEADLINE,
    columns.day("effective", _("Effective"), "effective_date"),
    columns.day("termination", _("Termination"), "termination_date"),
    columns.money("premium", _("Premium")),
    columns.agent("agent", _("Servicing agent"), "servicing_agent_id"),
    columns.text("product", _("Carrier product"), "product__name"),
    columns.named(
        "coverage_type", _("Coverage type"), "coverage_type_id", options(Option.List.COVERAGE_TYPE)
    ),
    columns.day("submitted", _("Submitted"), "app_submit_date"),
    columns.day("renewal", _("Renewal"), "renewal_date"),
    columns.fetched("additional_agents", _("Additional agents"), _additional_agents),
    columns.day("created", _("Added"), "created_at", sort="created"),
    columns.day("updated", _("Changed"), "updated_at"),
)  # fmt: skip


def in_force_today() -> Q:
    """The policies that cover today, as a condition on their keys."""
    today = timezone.localdate()
    started = Q(effective_date__lte=today)
    not_ended = Q(termination_date__isnull=True) | Q(termination_date__gte=today)
    return started & not_ended & ~Q(status__meaning="cancelled")


def has_policy_in_force() -> Q:
    """The individuals whom a policy covers today."""
    covering = Policy.objects.in_force(on=timezone.localdate())
    return Q(Exists(covering.filter(subscriber=OuterRef("pk"))))


class PolicyFilters(ListFilters):
    """What policies are filtered by."""

    status = filters.AnyOf(
        _("Status"), options(Option.List.POLICY_STATUS), "status_id", is_quick=True
    )
    carrier = filters.AnyOf(_("Carrier"), carriers, "carrier_id", is_quick=True)
    coverage_type = filters.AnyOf(
        _("Coverage type"), options(Option.List.COVERAGE_TYPE), "coverage_type_id", is_quick=True
    )
    agent = filters.OfAgent(_("Servicing agent"), "servicing_agent_id", is_quick=True)
    payment = payments.of_status()
    pay_by = filters.Day(_("Payment deadline to"), "standing__deadline", "lte")
    product = filters.Named(_("Carrier product"), "product_id", CarrierProduct)
    in_force = filters.YesNo(_("In force today"), in_force_today)
    effectuated = filters.YesNo(_("Took effect"), keeping.effectuated, keeping.not_effectuated)
    lasted = filters.Chosen(_("Lasted"), keeping.LASTED, keeping.lasted)
    lost = filters.Chosen(_("Lost"), keeping.LOST, keeping.lost)
    effective_from = filters.Day(_("Effective from"), "effective_date", "gte")
    effective_to = filters.Day(_("Effective to"), "effective_date", "lte")
    termination_from = filters.Day(_("Terminated from"), "termination_date", "gte")
    termination_to = filters.Day(_("Terminated to"), "termination_date", "lte")
    submitted_from = filters.Day(_("Submitted from"), "app_submit_date", "gte")
    submitted_to = filters.Day(_("Submitted to"), "app_submit_date", "lte")
    created_from = filters.Day(_("Added from"), "created_at", "gte", is_moment=True)
    created_to = filters.Day(_("Added to"), "created_at", "lte", is_moment=True)
    batch = filters.Touched(Policy)


registry.extend(
    INDIVIDUALS.key, in_force=filters.YesNo(_("Has a policy in force"), has_policy_in_force)
)

POLICIES = registry.register(
    ListKind(
        key="policies",
        title=_("Policies"),
        noun=_("policy"),
        nouns=_("policies"),
        model=Policy,
        url_name="policies:policy_list",
        view_permission="policies.view_policy",
        change_permission="policies.change_policy",
        visible=Policy.objects.visible_to,
        is_reach=True,
        title_column="individual",
        columns=COLUMNS,
        default_columns=(
            "individual", "carrier", "policy_number", "status", "payment", "effective",
            "termination", "premium", "agent",
        ),
        filters=PolicyFilters,
        sorts=(
            Sort("created", _("Oldest first"), _("Newest first"), (Key("pk"),)),
            payments.BY_DEADLINE,
        ),
        default_sort="-created",
        bulk=(
            changes.set_key(
                "agent", _("Servicing agent"), "servicing_agent_id",
                changes.or_none(changes.active_agents, _("Nobody")),
                refuse=changes.not_twice(PolicyAgent, "policy"),
            ),
            changes.set_key(
                "status", _("Status"), "status_id",
                changes.active_options(Option.List.POLICY_STATUS),
            ),
            changes.set_key(
                "coverage_type", _("Coverage type"), "coverage_type_id",
                changes.active_options(Option.List.COVERAGE_TYPE),
            ),
            changes.add_agent(
                PolicyAgent, "policy", column="additional_agents",
                servicing="servicing_agent_id", key_of_servicing="agent",
            ),
            changes.remove_agent(PolicyAgent, "policy", column="additional_agents"),
        ),
        custom_target=CustomField.Target.POLICY,
        icon="shield-check",
        empty_text=_("Policies are added from the Individual's page, by an import or by a sync."),
    )
)  # fmt: skip
